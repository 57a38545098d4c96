/**
 * Every word that a customer reads or hears, by place. Texts, and sentences as functions; their parameters are texts that
 * are already set (an amount, a place, a number), so a language orders them as it likes. A missing key does not compile.
 */

export interface Words {
  readonly frame: {
    readonly back: string;
    readonly finish: string;
    readonly next: string;
    readonly goOn: string;
    readonly help: string;
    /** Names the language that a touch changes to. */
    readonly otherLanguage: string;
    /** Before the code by which an office lets this kiosk in. */
    readonly officeCode: string;
    readonly step: (at: string, of: string, name: string) => string;
    readonly stepFind: string;
    readonly stepReview: string;
    readonly stepPay: string;
    readonly stepDone: string;
    readonly reconnecting: string;
    readonly replaced: string;
    readonly takeBack: string;
    /** Between two sentences of one text. */
    readonly sentences: (first: string, second: string) => string;
    /** Between the things of a list. */
    readonly and: (first: string, second: string) => string;
    readonly erase: string;
    readonly clear: string;
    /** When a window is staffed. */
    readonly hours: (from: string, to: string) => string;
    readonly allDay: string;
  };
  /** The machine started again while somebody stood there. */
  readonly power: {
    /** While a visit goes on without mains. */
    readonly lost: string;
    readonly lostInside: string;
  };
  readonly restarted: {
    readonly inside: (amount: string) => string;
    readonly checking: string;
    /** Cards and wallets paid all or part of it. */
    readonly counted: (amount: string) => string;
    readonly charge: string;
    readonly paid: string;
    readonly returned: string;
  };
  readonly method: {
    readonly cash: string;
    readonly voucher: string;
    readonly card: string;
    readonly alipay: string;
    readonly wechat: string;
    /** The same names inside a list. */
    readonly cashListed: string;
    readonly voucherListed: string;
    readonly cardListed: string;
    readonly alipayListed: string;
    readonly wechatListed: string;
    /** What one scans a code with. */
    readonly alipayApp: string;
    readonly wechatApp: string;
    /** The mains are gone. */
    readonly mains: string;
    readonly repair: string;
    readonly noNetwork: string;
    readonly clockOff: string;
    readonly terminalBusy: string;
    readonly noChange: string;
    readonly noChangePrinter: (reason: string) => string;
    readonly noChangeWindow: (window: string) => string;
    readonly tooMuch: string;
    readonly tooMuchAtOnce: string;
    readonly tooLittle: string;
    readonly onlyAt: (hours: string) => string;
    readonly paperOut: string;
    readonly printerRepair: string;
    readonly notNow: (reason: string) => string;
    /** Where cash is taken when this machine cannot. */
    readonly cashElsewhere: (window: string, phone: string) => string;
  };
  readonly attract: {
    /** Behind the others, where receipts are given back. */
    readonly refundTask: string;
    readonly touch: string;
    readonly tasks: string;
    readonly notice: (methods: string, phone: string, window: string) => string;
    readonly cashOff: (reason: string, window: string, phone: string) => string;
    readonly methodOff: (method: string, reason: string) => string;
    readonly noPrinter: (reason: string) => string;
    readonly noWindow: (window: string, hours: string) => string;
    /** `code` is for whoever repairs it. */
    readonly service: (code: string) => string;
  };
  readonly closed: {
    readonly title: string;
    /** While staff work at the machine. */
    readonly serviceTitle: string;
    readonly service: string;
    readonly since: (time: string) => string;
    readonly sinceCode: (time: string, code: string) => string;
    readonly cash: (window: string, phone: string) => string;
    readonly methodsOff: (methods: string) => string;
    /** While somebody's change waits in the slot. */
    readonly leftTitle: string;
    readonly left: string;
    readonly leftYours: (window: string, phone: string) => string;
    readonly leftUntil: string;
    readonly hours: (window: string, hours: string) => string;
    readonly phone: string;
    /** The mains are gone. */
    readonly mainsTitle: string;
    readonly mains: string;
    readonly mainsOff: string;
    /** The office has closed it; and it is about to start anew. */
    readonly officeTitle: string;
    readonly office: string;
    readonly officeOff: string;
    readonly anew: string;
    /** It is too hot or too cold inside. */
    readonly hot: string;
    readonly cold: string;
    readonly climateOff: string;
    /** Staff have turned the key. */
    readonly keyTitle: string;
    readonly key: string;
    readonly keyOff: string;
    /** To the page where they type number and PIN. */
    readonly keyEnter: string;
  };
  readonly welcome: {
    readonly title: string;
    readonly bill: string;
    readonly billNote: string;
    readonly receipt: string;
    /** Where receipts are given back, too. */
    readonly receiptOrBack: string;
    readonly backOnly: (reason: string) => string;
    readonly receiptNote: string;
    readonly helpNote: string;
    readonly leave: string;
  };
  /** Goods from the catalogue. */
  readonly shop: {
    readonly card: string;
    readonly cardNote: string;
    /** What can be done here, before anybody came. */
    readonly tasks: string;
    readonly touch: string;
    readonly welcome: string;
    readonly step: string;
    readonly title: string;
    readonly basket: string;
    readonly empty: string;
    readonly more: string;
    readonly less: string;
    readonly total: string;
    readonly tax: string;
    readonly order: string;
    readonly busy: string;
    /** So many different products are in the basket as one order may have. */
    readonly full: (count: string) => string;
    readonly down: (window: string) => string;
    readonly askTitle: string;
    readonly askText: string;
    readonly askYes: string;
    readonly askNo: string;
    readonly reviewTitle: string;
    readonly what: (number: string, taxes: string) => string;
    /** Tax of one rate that is in the prices. */
    readonly taxOf: (percent: string, amount: string) => string;
    readonly noTax: string;
    readonly handOver: string;
    readonly byTicket: (window: string) => string;
    readonly byNumber: (window: string) => string;
    /** A relay lets the goods out. */
    readonly byHatch: string;
    readonly change: string;
    readonly changed: string;
    readonly waiting: string;
    readonly waitingText: string;
    /** Over the number under which goods are handed over. */
    readonly pickUp: string;
    readonly pickUpText: (window: string) => string;
    readonly ticketComes: (window: string) => string;
    readonly ticketOut: (window: string) => string;
    /** The ticket was not printed; `number` is of the case about it. */
    readonly ticketFailed: (window: string, number: string) => string;
    readonly hatchOpens: string;
    readonly hatchOpen: string;
    /** Or perhaps it did; `number` is of the case about it. */
    readonly hatchFailed: (window: string, number: string) => string;
    /** The payment was not answered yet. */
    readonly caseTitle: string;
    readonly casePaid: string;
    readonly byCase: (window: string) => string;
    /** Where a receipt's number is asked: of a bill, or of goods. */
    readonly receiptNote: string;
    readonly receiptHint: string;
    readonly receiptTitle: string;
    readonly receiptLabel: string;
    /** The ticket and a slip hang out together. */
    readonly takeBoth: (slip: string) => string;
    readonly takeBothText: (window: string) => string;
    /** Where one can buy: how, and what is said of cash and receipts besides. `card` is the one to touch. */
    readonly helpQuestion: string;
    readonly helpAnswer: (card: string, window: string) => string;
    readonly helpHatch: (card: string) => string;
    readonly helpCash: string;
    readonly helpReceipt: string;
  };
  readonly find: {
    readonly billTitle: string;
    readonly nextBillTitle: string;
    readonly otherPayee: string;
    readonly billHint: string;
    readonly billLabel: string;
    readonly billSubmit: string;
    readonly billBusy: (seconds: string) => string;
    readonly none: string;
    readonly paid: (date: string) => string;
    readonly confirming: string;
    readonly checking: (number: string) => string;
    readonly down: (window: string) => string;
    readonly receiptTitle: string;
    readonly receiptHint: string;
    readonly receiptLabel: string;
    readonly receiptSubmit: string;
    readonly receiptBusy: string;
    /** Digits alone, where a receipt's number is asked: they are a cash slip's. */
    readonly receiptSlip: (window: string) => string;
    readonly receiptCase: (window: string, phone: string) => string;
    readonly receiptNone: string;
    readonly receiptNoPaper: (reason: string, window: string, phone: string) => string;
  };
  /** A receipt that is given back. */
  readonly refund: {
    readonly ask: string;
    readonly title: string;
    readonly text: string;
    readonly about: (receipt: string, bill: string) => string;
    readonly amount: string;
    readonly slip: (amount: string) => string;
    /** A card is held to the terminal again for it. */
    readonly card: (amount: string) => string;
    readonly wallet: (amount: string, name: string) => string;
    readonly slipOut: (amount: string) => string;
    readonly slipComes: (amount: string) => string;
    readonly slipCase: (amount: string, number: string) => string;
    readonly cardDone: (amount: string) => string;
    readonly walletDone: (amount: string, name: string) => string;
    readonly yes: (amount: string) => string;
    readonly no: string;
    readonly waitingTitle: string;
    readonly waiting: string;
    readonly askedTitle: string;
    readonly asked: string;
    readonly givenTitle: string;
    readonly given: string;
    readonly doneTitle: string;
    /** Nothing of it is open any more. */
    readonly done: string;
    /** To print the receipt again, which tells that its money went back. */
    readonly proof: string;
    readonly byCase: (number: string, window: string) => string;
    readonly notTitle: string;
    readonly declined: (window: string) => string;
    readonly refused: (window: string) => string;
    readonly tooOld: (days: string, window: string) => string;
    readonly givenBack: string;
    readonly confirming: string;
    readonly window: (window: string) => string;
    readonly leave: string;
  };
  readonly review: {
    readonly title: string;
    readonly payee: string;
    readonly payer: string;
    readonly what: (title: string, number: string) => string;
    readonly quantity: (quantity: string) => string;
    readonly more: (count: string) => string;
    readonly total: string;
    readonly pay: (amount: string) => string;
    readonly notMine: string;
    readonly several: (count: string) => string;
    readonly severalTitle: string;
    readonly another: string;
    readonly drop: string;
    readonly checking: string;
    readonly amountChanged: (now: string, before: string) => string;
    readonly billChanged: string;
  };
  readonly choose: {
    readonly title: string;
    readonly due: string;
    readonly toGo: string;
    readonly notes: (from: string, to: string) => string;
    readonly cashChange: (notes: string) => string;
    readonly cashExact: (notes: string) => string;
    readonly cashRounded: (note: string, due: string) => string;
    readonly voucherNote: string;
    /** What the slip leaves cannot be paid here now. */
    readonly voucherWhole: string;
    readonly slipTaken: (slip: string) => string;
    readonly withCoins: (note: string) => string;
    /** On the badge of what is suggested; its reason stands below. */
    readonly suggested: string;
    readonly givesChange: string;
    readonly givesSlip: string;
    readonly keepsRecord: string;
    readonly cardNote: string;
    readonly walletNote: string;
    /** What the customer's own bank takes besides; the next, their wallet. */
    readonly withBankFee: (note: string, percent: number) => string;
    readonly withWalletFee: (note: string, percent: number) => string;
  };
  /** A card terminal or a wallet is asked. `name` is the wallet's. */
  readonly charge: {
    readonly toGo: string;
    readonly card: string;
    readonly pin: string;
    readonly wrongPin: string;
    readonly bank: string;
    readonly bankTakes: string;
    readonly approved: string;
    readonly approvedText: string;
    readonly paidTakeCard: (amount: string) => string;
    readonly takeCard: string;
    readonly terminalWaits: string;
    readonly scan: (name: string, amount: string) => string;
    readonly scanText: string;
    /** Instead, where a scanner reads the customer's own code. */
    readonly ownCode: string;
    readonly codeWaits: (name: string) => string;
    readonly phone: string;
    readonly phoneText: (name: string, amount: string) => string;
    readonly checking: string;
    readonly checkingText: string;
    readonly calling: string;
    readonly callingText: string;
    readonly callingCode: string;
    readonly reversing: string;
    readonly reversingText: (amount: string) => string;
    readonly moment: string;
    readonly cancel: string;
  };
  /** Why nothing was taken. `name`: of the wallet. */
  readonly declined: {
    readonly refused: string;
    readonly refusedWallet: (name: string) => string;
    readonly insufficient: string;
    readonly insufficientWallet: string;
    readonly expiredCard: string;
    readonly unreadable: string;
    readonly pin: string;
    readonly currency: string;
    readonly limit: string;
    readonly limitWallet: (name: string) => string;
    readonly timeout: string;
    readonly timeoutWallet: (name: string) => string;
    readonly cancelled: string;
    readonly staleCode: string;
    readonly offline: string;
    readonly offlineWallet: (name: string) => string;
    readonly other: string;
    /** A code that left the screen and may be paid all the same. */
    readonly oldCode: string;
  };
  readonly part: {
    readonly title: (approved: string, asked: string) => string;
    readonly text: (rest: string) => string;
    readonly asked: string;
    readonly approved: string;
    readonly rest: string;
    readonly agree: (approved: string) => string;
    readonly no: string;
  };
  /** How money goes back that a card or a wallet has paid. */
  readonly back: {
    readonly card: (amount: string) => string;
    readonly wallet: (amount: string, name: string) => string;
    /** On the button that cancels: one way alone, and one of several. */
    readonly cancelCard: (amount: string) => string;
    readonly cancelWallet: (amount: string, name: string) => string;
    readonly cancelSplit: (parts: string) => string;
    readonly partCash: (amount: string) => string;
    readonly partSlip: (amount: string) => string;
    readonly partCase: (amount: string) => string;
    readonly partHere: (amount: string) => string;
    readonly partCard: (amount: string) => string;
    readonly partWallet: (amount: string, name: string) => string;
    readonly notPaid: string;
    /** Over the figures of a sale that was given up. */
    readonly toCard: string;
    readonly toWallet: (name: string) => string;
  };
  readonly promise: {
    readonly title: string;
    readonly text: (most: string, window: string) => string;
    /** Change is cash as far as it goes. */
    readonly shortTitle: string;
    readonly shortText: (most: string, window: string) => string;
    readonly gone: (window: string, phone: string) => string;
    readonly free: string;
    readonly reuse: string;
    readonly exact: string;
    readonly least: (cash: string, slip: string) => string;
    readonly agree: string;
    readonly otherWay: string;
  };
  readonly voucher: {
    readonly title: string;
    readonly hint: string;
    readonly serial: string;
    readonly code: string;
    readonly submit: string;
    /** The office is asked whether it was used anywhere. */
    readonly checking: string;
    /** The one answer for every slip that does not count. */
    readonly refused: string;
    /** It was good, and was used at this kiosk (its name) at this moment. */
    readonly spent: (kiosk: string, moment: string) => string;
    /** It is of another kiosk, and nobody can say just now whether it was used. */
    readonly unchecked: (window: string) => string;
  };
  readonly cash: {
    readonly toGo: string;
    readonly received: (amount: string) => string;
    readonly due: (amount: string) => string;
    readonly dueRounded: (amount: string, rounding: string) => string;
    readonly insert: string;
    readonly insertCoins: string;
    readonly checking: string;
    readonly enough: (received: string, change: string) => string;
    readonly exact: (received: string) => string;
    readonly accepted: (notes: string) => string;
    readonly acceptedNone: string;
    readonly changeNotes: string;
    readonly changeCoins: string;
    readonly changeCash: string;
    readonly changeShort: (window: string) => string;
    readonly changeSlip: (window: string) => string;
    readonly changeNone: string;
    readonly inserted: string;
    readonly slip: (amount: string) => string;
    readonly suspect: (amount: string) => string;
    readonly earlier: (count: string) => string;
    readonly unreadable: string;
    readonly damaged: string;
    readonly askew: string;
    readonly kind: (amount: string) => string;
    readonly kindUnknown: string;
    readonly change: string;
    /** The power was gone while the note was in the path. */
    readonly power: string;
    readonly late: string;
    /** The second time a note comes back. */
    readonly orOtherWay: (reason: string) => string;
    readonly orWindow: (reason: string, window: string) => string;
    readonly slotOff: string;
    readonly slotOffInside: (amount: string) => string;
    readonly restStuck: (toGo: string) => string;
    readonly closing: string;
    readonly closingCheck: string;
    readonly cancelEmpty: string;
    readonly cancelCash: (amount: string) => string;
    readonly cancelSlip: (amount: string) => string;
    readonly cancelCase: (amount: string) => string;
    /** Asked before a payment with money inside is given up. */
    readonly askTitle: string;
    readonly backCash: (amount: string) => string;
    readonly backPart: (amount: string) => string;
    readonly backSlip: (amount: string, window: string) => string;
    readonly backCase: (amount: string, window: string) => string;
    readonly askYes: string;
    readonly askNo: string;
    readonly otherWay: string;
    readonly otherWayRest: (toGo: string) => string;
  };
  readonly settling: {
    readonly change: (amount: string) => string;
    readonly back: (amount: string) => string;
    readonly paid: string;
    readonly text: string;
    readonly counting: (amount: string) => string;
    readonly countingBack: (amount: string) => string;
    readonly stay: string;
    readonly soFar: (amount: string) => string;
  };
  /** A paid-out note in the slot. */
  readonly take: {
    readonly title: string;
    readonly where: string;
    /** Of several that come one by one: all of them, and those that were taken. */
    readonly more: (total: string, taken: string) => string;
    readonly last: (total: string, taken: string) => string;
    /** To whoever is served while it waits. */
    readonly notYours: string;
  };
  readonly settled: {
    readonly title: (amount: string) => string;
    readonly rounded: (what: string, rounding: string) => string;
    readonly due: string;
    readonly received: string;
    readonly change: string;
    /** What one of several ways paid. */
    readonly part: (way: string, amount: string) => string;
    readonly takeCash: (amount: string) => string;
    readonly takeCashBack: (amount: string) => string;
    /** Where it comes out. */
    readonly fromNotes: string;
    readonly fromCoins: string;
    readonly fromCash: string;
    /** Beside cash. */
    readonly andSlip: (amount: string, window: string) => string;
    readonly takeSlip: (amount: string) => string;
    readonly takeText: (window: string) => string;
    readonly byCase: (amount: string) => string;
    readonly byCaseText: (number: string, window: string, phone: string) => string;
    /** One of several slips that did not come out; below them all, who pays them. */
    readonly byCaseEach: (amount: string, number: string) => string;
    readonly byCaseAll: (window: string, phone: string) => string;
    readonly printing: (amount: string) => string;
    readonly returnedTitle: (amount: string) => string;
    /** Beside a note that was not counted. */
    readonly returnedTitleNote: (amount: string) => string;
    readonly noteInSlot: string;
    readonly returnedText: string;
    readonly inside: string;
    readonly returned: string;
    /** By more than one card or wallet. */
    readonly returnedSame: string;
    readonly refundTitle: (amount: string) => string;
    readonly refundText: string;
  };
  readonly documents: {
    readonly title: string;
    readonly yours: string;
    /** What the receipt's number is good for, with the other one that is asked for then. */
    readonly number: string;
    readonly numberOfGoods: string;
    readonly print: string;
    readonly printNote: string;
    readonly phone: string;
    readonly phoneNote: string;
    readonly none: string;
    readonly paperOutScan: string;
    readonly printerOffScan: string;
    readonly noPaperWindow: (reason: string, window: string, receipt: string) => string;
    readonly scan: string;
    readonly printing: string;
    readonly take: string;
    readonly printInstead: string;
  };
  readonly thanks: {
    readonly title: string;
    readonly text: string;
  };
  readonly case: {
    readonly number: string;
    readonly noteTitle: string;
    readonly received: (amount: string) => string;
    readonly nothingCounted: string;
    readonly toGo: (amount: string) => string;
    readonly paid: string;
    readonly noteUnknown: (amount: string) => string;
    readonly noteStuck: string;
    readonly notAgain: string;
    readonly noteToCount: (amount: string) => string;
    /** A note in doubt that counts after all; `number`: of its case. */
    readonly found: (amount: string, number: string) => string;
    readonly noteSuspect: (amount: string) => string;
    readonly changeTitle: string;
    readonly changeShort: (paid: string, owed: string) => string;
    readonly changeWindow: (window: string) => string;
    readonly changeUnknown: (amount: string) => string;
    readonly changeRetracted: (amount: string) => string;
    readonly slipTitle: string;
    readonly owed: (amount: string) => string;
    readonly slipWaits: (window: string) => string;
    readonly refundTitle: string;
    readonly refundCertain: (amount: string) => string;
    readonly refundChecking: string;
    readonly otherTitle: string;
    readonly otherCertain: string;
    readonly otherChecking: string;
    readonly doneTitle: string;
    readonly done: string;
    readonly printing: string;
    readonly printed: string;
    readonly writeDown: string;
    readonly contact: (window: string, phone: string) => string;
    readonly promise: (window: string) => string;
    readonly stays: string;
    readonly goOnPaying: string;
    readonly chargeTitle: string;
    /** `by`: the name of the way to pay. */
    readonly chargeAsked: (amount: string, by: string) => string;
    readonly chargeUnknown: string;
    readonly chargeNotAgain: string;
    readonly inside: (amount: string) => string;
    readonly lateTitle: string;
    readonly late: (amount: string) => string;
    readonly lateBack: string;
    readonly differsTitle: string;
    readonly differs: (amount: string) => string;
    readonly reversalTitle: string;
    readonly reversal: (amount: string) => string;
    readonly reversalAsks: string;
    readonly irreversibleTitle: string;
    readonly irreversible: (amount: string) => string;
    readonly refundCard: (amount: string) => string;
    readonly refundWallet: (amount: string, name: string) => string;
  };
  readonly warning: {
    readonly title: string;
    readonly empty: string;
    readonly slip: (amount: string) => string;
    readonly byCase: (amount: string, window: string) => string;
    readonly case: string;
    readonly extend: string;
    readonly leave: string;
  };
  readonly help: {
    readonly title: string;
    readonly cashQuestion: string;
    readonly cashAnswer: string;
    readonly noteQuestion: string;
    readonly noteAnswer: string;
    readonly changeQuestion: string;
    readonly changeAnswer: (window: string) => string;
    readonly changeCashAnswer: (window: string) => string;
    readonly stopQuestion: string;
    readonly stopAnswer: (window: string) => string;
    readonly chargeQuestion: string;
    readonly chargeAnswer: string;
    readonly receiptQuestion: string;
    readonly receiptAnswer: string;
    readonly phone: string;
    readonly window: string;
    readonly windowHours: (window: string, hours: string) => string;
    readonly close: string;
  };
  /** Only heard. Amounts come as they are said. */
  readonly spoken: {
    readonly shop: string;
    readonly order: (total: string) => string;
    readonly pickUp: (number: string, window: string) => string;
    /** It is on a ticket, too. */
    readonly pickUpTicket: (number: string, window: string) => string;
    readonly fromHatch: string;
    readonly begin: (greeting: string) => string;
    /** Where goods are sold. */
    readonly beginGoods: (greeting: string) => string;
    readonly findBill: string;
    readonly findReceipt: string;
    readonly down: string;
    readonly alreadyPaid: string;
    readonly review: (total: string) => string;
    readonly amountChanged: (total: string) => string;
    readonly choose: string;
    readonly promise: (window: string) => string;
    readonly voucher: string;
    readonly insert: (toGo: string) => string;
    readonly insertCoins: (toGo: string) => string;
    readonly received: (received: string, toGo: string) => string;
    readonly enough: (received: string, change: string) => string;
    readonly exact: (received: string) => string;
    readonly unreadable: string;
    readonly damaged: string;
    readonly askew: string;
    readonly kind: (amount: string) => string;
    readonly kindUnknown: string;
    readonly change: string;
    readonly noChange: string;
    readonly power: string;
    readonly late: string;
    readonly paid: string;
    readonly counting: string;
    readonly takeNote: (amount: string) => string;
    readonly takeCash: (amount: string) => string;
    readonly takeCashBack: (amount: string) => string;
    readonly changeUnknown: (amount: string) => string;
    readonly takeChange: (amount: string, window: string) => string;
    readonly takeBack: (amount: string, window: string) => string;
    /** Part in cash, part as a slip: the whole, and each. */
    readonly takeChangeBoth: (amount: string, cash: string, slip: string, window: string) => string;
    readonly takeBackBoth: (amount: string, cash: string, slip: string, window: string) => string;
    readonly takeRefund: (amount: string, window: string) => string;
    readonly noteInSlot: string;
    readonly owed: (amount: string, window: string) => string;
    readonly documents: string;
    readonly scan: string;
    readonly noPaper: string;
    readonly takeReceipt: string;
    readonly refund: (amount: string) => string;
    readonly caseNote: (amount: string) => string;
    readonly found: (amount: string) => string;
    readonly caseOther: string;
    readonly warning: string;
    readonly warningInside: (amount: string) => string;
    readonly restarted: (amount: string) => string;
    readonly card: string;
    readonly pin: string;
    readonly wrongPin: string;
    readonly bank: string;
    readonly takeCard: string;
    readonly paidTakeCard: string;
    readonly scanCode: (name: string, amount: string) => string;
    readonly phone: string;
    readonly reversing: string;
    readonly partApproved: (approved: string, asked: string, rest: string) => string;
    readonly caseCharge: string;
    readonly caseBack: (amount: string) => string;
    readonly backToCard: (amount: string) => string;
    readonly backToWallet: (amount: string, name: string) => string;
    readonly goodbye: string;
    /** In a clinic nobody is told to walk slowly. */
    readonly goodbyeClinic: string;
  };
}
