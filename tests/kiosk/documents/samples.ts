/** Papers that the tests of several folders print. */
import type { CaseData, PaperHead, ReceiptData, VoucherData } from '../../../kiosk/documents/paper.ts';

const issuerZh = {
  legalName: '东湖社区医院',
  taxNumber: '12110000A0B1C2D32A',
  address: '东湖区湖滨路 8 号',
  place: '门诊大厅',
  kiosk: 'LAB-01',
  servicePhone: '010-5555 0100',
  window: '一楼 3 号窗口',
};

const issuerEn = {
  ...issuerZh,
  legalName: 'East Lake Clinic',
  address: '8 Lakeside Road, East Lake District',
  place: 'Outpatient hall',
  window: 'window 3, ground floor',
};

export function head(lang: 'zh-CN' | 'en', columns = 42): PaperHead {
  return {
    lang,
    columns,
    currency: 'CNY',
    exponent: 2,
    issuer: lang === 'zh-CN' ? issuerZh : issuerEn,
    at: '2026-03-31 14:05:06 +08:00',
    copy: false,
  };
}

export function receiptZh(columns = 42): ReceiptData {
  return {
    ...head('zh-CN', columns),
    number: 'LAB-01-260331-0042',
    payee: '东湖社区医院',
    payer: '张*',
    lines: [
      { name: '门诊挂号费', quantity: '1', minor: 1500 },
      { name: '血常规检查（五分类）', quantity: '1', minor: 2650 },
      { name: '阿莫西林胶囊 0.25g×24 粒', quantity: '3', minor: 4505 },
    ],
    totalMinor: 8655,
    roundingMinor: -5,
    dueMinor: 8650,
    tenders: [{ label: '现金', minor: 10_000, details: [] }],
    receivedMinor: 10_000,
    changeMinor: 1350,
    mayChange: true,
    changeParts: [{ label: '现金凭证找零', minor: 1350, details: [{ label: '现金凭证号', value: 'V-7Q4K-2M9D' }] }],
    billNumber: 'HIS-88231907',
    isOrder: false,
    taxes: [],
    pickUp: null,
    found: [],
    refund: null,
    terminalLines: [],
    qr: 'https://r.example.cn/LAB-01-260331-0042?k=7Q4K2M9D',
  };
}

export function receiptEn(columns = 42): ReceiptData {
  return {
    ...receiptZh(columns),
    ...head('en', columns),
    payee: 'East Lake Clinic',
    payer: 'Z***',
    lines: [
      { name: 'Registration', quantity: '1', minor: 1500 },
      { name: 'Blood count, five-part differential', quantity: '1', minor: 2650 },
      { name: 'Amoxicillin capsules 0.25 g', quantity: '3', minor: 4505 },
    ],
    tenders: [{ label: 'Cash', minor: 10_000, details: [] }],
    changeParts: [
      { label: 'Change as cash slip', minor: 1350, details: [{ label: 'Cash slip no.', value: 'V-7Q4K-2M9D' }] },
    ],
  };
}

export function voucherZh(columns = 42): VoucherData {
  return {
    ...head('zh-CN', columns),
    number: 'V-7Q4K-2M9D',
    code: '5ZK8',
    minor: 1350,
    reason: '零钱不够，找零以现金凭证代替。',
    receiptNumber: 'LAB-01-260331-0042',
    qr: 'V7Q4K2M9D.5ZK8',
  };
}

export function caseZh(columns = 42): CaseData {
  return {
    ...head('zh-CN', columns),
    number: 'C-260331-007',
    certain: ['已收到 50 元，已记在您的账单上。'],
    checking: ['有一张 20 元纸币没能确认，我们正在核实。'],
    minor: 2000,
    receiptNumber: null,
    promise: '3 月 31 日 18:00 前答复。请凭此编号到一楼 3 号窗口或打电话询问。',
  };
}
