/** What a merchant of WeChat Pay is known by (API v3, public-key mode). */
export interface WechatSettings {
  readonly appId: string;
  readonly mchId: string;
  /** Of the merchant's certificate, hexadecimal. */
  readonly merchantSerial: string;
  /** `PUB_KEY_ID_…`: the name of the gateway's key. */
  readonly publicKeyId: string;
  /** Where notifications go; the gateway makes no code to show without one. */
  readonly notifyUrl: string;
  /** The merchant's own name for the place. */
  readonly storeId: string;
}
