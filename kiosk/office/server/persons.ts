/** Who works at the office, for the console, and the book of what they did. */
import * as v from 'valibot';
import { listActs, recordAct } from '../acts.ts';
import type { OfficeCore, Part } from '../part.ts';
import { isGoodPassphrase, keptPassphrase } from '../passphrases.ts';
import { addPerson, listPersons, personName, removePerson } from '../persons.ts';
import { numberIn } from './numbers.ts';
import { json, problem, route } from './route.ts';

const words = v.pipe(v.string(), v.maxLength(512));
const newPerson = v.strictObject({
  name: words,
  role: v.picklist(['viewer', 'operator', 'administrator']),
  passphrase: words,
});

export function personsPart({ database, nowMs }: Pick<OfficeCore, 'database' | 'nowMs'>): Part {
  return {
    routes: [
      route({
        method: 'GET',
        path: '/api/persons',
        right: 'manage',
        body: null,
        handle: async () => json({ persons: await listPersons(database) }),
      }),
      route({
        method: 'POST',
        path: '/api/persons',
        right: 'manage',
        body: newPerson,
        handle: async ({ person: by, body: { name: given, role, passphrase } }) => {
          const name = personName(given);
          if (name === null) return problem('bad-name', 422);
          if (!isGoodPassphrase(passphrase, name)) return problem('weak-passphrase', 422);
          const added = { name, role, passphrase: await keptPassphrase(passphrase) };
          const at = new Date(nowMs());
          const person = await database.transaction(async (inside) => {
            const made = await addPerson(inside, added, by, at);
            if (typeof made !== 'string') {
              await recordAct(inside, { person: by, did: 'person-added', subject: name, detail: role }, at);
            }
            return made;
          });
          return typeof person === 'string' ? problem(person) : json({ person: person.person });
        },
      }),
      route({
        method: 'DELETE',
        path: '/api/persons/:person',
        right: 'manage',
        body: null,
        handle: async ({ person: by, parameters }) => {
          const number = numberIn(parameters.person);
          if (number === null) return problem('not-there', 404);
          const at = new Date(nowMs());
          const removed = await database.transaction(async (inside) => {
            const person = await removePerson(inside, number, at);
            if (typeof person !== 'string') {
              const act = { person: by, did: 'person-removed', subject: person.name, detail: person.role };
              await recordAct(inside, act, at);
            }
            return person;
          });
          if (typeof removed !== 'string') return json({});
          return problem(removed, removed === 'not-there' ? 404 : 409);
        },
      }),
      route({
        method: 'GET',
        path: '/api/acts',
        right: 'see',
        body: null,
        handle: async ({ query }) => json({ acts: await listActs(database, numberIn(query.before)) }),
      }),
    ],
  };
}
