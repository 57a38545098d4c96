/** An authority of a test's own; who the office is, and who a kiosk, on the line between them. */
import { requestCertificate } from '../../../kiosk/fleet/certificate-request.ts';
import { createAuthority } from '../../../kiosk/office/authority.ts';
import type { BrokerIdentity } from '../../../kiosk/office/broker.ts';

export interface Identities {
  readonly office: BrokerIdentity;
  kiosk(name: string): Promise<BrokerIdentity>;
}

export async function newIdentities(): Promise<Identities> {
  const authority = await createAuthority('test', Date.now);
  const { certificate } = authority;
  return {
    office: { ...(await authority.server(['127.0.0.1'])), authority: certificate },
    kiosk: async (name) => {
      const { request, key } = await requestCertificate(name);
      return { certificate: await authority.kiosk(name, request), key, authority: certificate };
    },
  };
}
