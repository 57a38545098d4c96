/**
 * Bills to try the kiosk with: 1001 clinic, 1002 restaurant, 1003 hotel, 1004 utility office, and the same four with
 * other payers on to 1200, so that a day of trying does not run out of them. Bill 1099 is cancelled. The biller without
 * a network sells them when its configuration names no file, and the bench shows them.
 */

interface Bilingual {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** As in `kiosk/services/biller/openapi.yaml`; `minor` in minor units of `currency`. */
export interface SampleBill {
  readonly number: string;
  readonly status: 'open' | 'cancelled';
  readonly title: Bilingual;
  readonly payee: Bilingual;
  readonly payer: { readonly name: string; readonly place: string | null };
  readonly lines: { readonly name: Bilingual; readonly quantity: number; readonly minor: number }[];
  readonly currency: string;
  readonly minor: number;
}

type Kind = Pick<SampleBill, 'title' | 'payee' | 'lines'>;

const clinic: Kind = {
  title: { 'zh-CN': '门诊费', en: 'Outpatient visit' },
  payee: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' },
  lines: [
    { name: { 'zh-CN': '普通门诊诊查费', en: 'Consultation' }, quantity: 1, minor: 1500 },
    { name: { 'zh-CN': '血常规', en: 'Blood count' }, quantity: 1, minor: 2500 },
    { name: { 'zh-CN': '阿莫西林胶囊', en: 'Amoxicillin capsules' }, quantity: 2, minor: 2760 },
    { name: { 'zh-CN': '布洛芬缓释片', en: 'Ibuprofen tablets' }, quantity: 1, minor: 1890 },
  ],
};
const restaurant: Kind = {
  title: { 'zh-CN': '12 号桌', en: 'Table 12' },
  payee: { 'zh-CN': '湖滨小馆', en: 'Lakeside Kitchen' },
  lines: [
    { name: { 'zh-CN': '番茄鸡蛋面', en: 'Tomato and egg noodles' }, quantity: 1, minor: 1800 },
    { name: { 'zh-CN': '清炒时蔬', en: 'Seasonal greens' }, quantity: 1, minor: 1400 },
    { name: { 'zh-CN': '菊花茶', en: 'Chrysanthemum tea' }, quantity: 1, minor: 550 },
  ],
};
const hotel: Kind = {
  title: { 'zh-CN': '住宿费', en: 'Room and stay' },
  payee: { 'zh-CN': '东湖宾馆', en: 'East Lake Hotel' },
  lines: [
    { name: { 'zh-CN': '湖景双人房', en: 'Double room, lake view' }, quantity: 2, minor: 117_600 },
    { name: { 'zh-CN': '早餐', en: 'Breakfast' }, quantity: 4, minor: 15_200 },
    { name: { 'zh-CN': '洗衣', en: 'Laundry' }, quantity: 1, minor: 5_200 },
    { name: { 'zh-CN': '会员优惠', en: 'Member discount' }, quantity: 1, minor: -10_000 },
  ],
};
const utility: Kind = {
  title: { 'zh-CN': '三月水电燃气费', en: 'Water, power and gas, March' },
  payee: { 'zh-CN': '湖滨公用事业', en: 'Lakeside Utilities' },
  lines: [
    { name: { 'zh-CN': '电（千瓦时）', en: 'Electricity (kWh)' }, quantity: 231, minor: 12_012 },
    { name: { 'zh-CN': '水（立方米）', en: 'Water (m³)' }, quantity: 13.5, minor: 5_130 },
    { name: { 'zh-CN': '燃气（立方米）', en: 'Gas (m³)' }, quantity: 16.5, minor: 4_314 },
  ],
};

const kinds: readonly Kind[] = [clinic, restaurant, hotel, utility];
const payers: readonly SampleBill['payer'][] = [
  { name: '张晓梅', place: '东湖小区 3 栋 2 单元 501' },
  { name: '李建国', place: null },
  { name: 'Maria Schmidt', place: 'Room 1208' },
  { name: '王丽', place: '湖滨花园 7 栋 1 单元 302' },
  { name: '陈志强', place: '东湖小区 11 栋 1 单元 104' },
  { name: 'John Carter', place: 'Block 5, flat 9' },
  { name: '赵敏', place: '学府路 16 号楼 3 单元 601' },
];
const firstNumber = 1001;
const lastNumber = 1200;
const cancelledNumber = 1099;

/** All of them in `currency`, amounts as minor units of it. */
export function sampleBills(currency: string): readonly SampleBill[] {
  return Array.from({ length: lastNumber - firstNumber + 1 }, (_, at) => {
    const kind = kinds[at % kinds.length] as Kind;
    const number = firstNumber + at;
    return {
      number: String(number),
      status: number === cancelledNumber ? 'cancelled' : 'open',
      ...kind,
      payer: payers[at % payers.length] as SampleBill['payer'],
      currency,
      minor: kind.lines.reduce((sum, line) => sum + line.minor, 0),
    };
  });
}
