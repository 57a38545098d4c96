/** Amounts in capital numerals, as payment-and-settlement rules ask of documents in Chinese. */
import Nzh from 'nzh';

/**
 * 人民币捌拾陆元伍角 for 8650 fen. Built from digits, never from a fraction.
 * @throws RangeError when the amount is negative, not whole, or above 9 999 999 999.99 yuan.
 */
export function capitalAmount(minor: number): string {
  if (!Number.isSafeInteger(minor) || minor < 0 || minor > 999_999_999_999) {
    throw new RangeError(`Capital numerals need 0 to 9999999999.99 yuan in whole fen, this is ${minor} fen`);
  }
  const digits = String(minor).padStart(3, '0');
  const yuan = digits.slice(0, -2);
  // 整 is written only behind a figure without decimals.
  return Nzh.cn.toMoney(minor % 100 === 0 ? yuan : `${yuan}.${digits.slice(-2)}`);
}
