import { formatMoney } from './money.ts';
import { billsShown, type Bench } from './state.ts';

/** The bills that can be paid, four at a time; what became of each is the biller's to say. */
export function Bills({ bench }: { readonly bench: Bench }) {
  const words = bench.words.value;
  const all = bench.bills.value ?? [];
  const first = bench.firstBill.value ?? 0;
  return (
    <section class="panel" aria-label={words.bills}>
      <h2>{words.bills}</h2>
      {all.length > 0 ? (
        <>
          <ul class="bills">
            {all.slice(first, first + billsShown).map((bill) => (
              <li key={bill.number} data-status={bill.status}>
                <strong>{bill.number}</strong>
                <span>
                  {bill.payee[bench.language.value]}
                  {bill.status !== 'open' && (
                    <em class="bill-status">{bill.status === 'paid' ? words.billPaid : words.billCancelled}</em>
                  )}
                </span>
                <strong class="bill-sum">{formatMoney(bench.whole.value, bill.minor, bill.currency)}</strong>
              </li>
            ))}
          </ul>
          {all.length > billsShown && (
            <div class="row">
              <button type="button" class="tool" onClick={bench.turnBills}>
                {words.otherBills}
              </button>
            </div>
          )}
          <p class="hint">{words.billsHint}</p>
        </>
      ) : (
        bench.bills.value !== null && <p class="hint">{words.noBills}</p>
      )}
    </section>
  );
}
