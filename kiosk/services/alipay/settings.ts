/** What a merchant of Alipay is known by. */
export interface AlipaySettings {
  readonly appId: string;
  /** The merchant's 2088… number, compared with answers that name one; null: not compared. */
  readonly sellerId: string | null;
  /** Where notifications go; null: none are wanted. */
  readonly notifyUrl: string | null;
}
