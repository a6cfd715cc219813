// Access control: names, origins and keys are compared completely, and a wrong key is never compensated by another one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cookieName,
  hostsOf,
  newToken,
  refuseHost,
  refuseOrigin,
  refuseToken,
  sameToken,
  type Visit,
} from './access.ts';

const port = 7411;
const token = newToken();
const visit = (change: Partial<Visit>): Visit => ({
  host: `127.0.0.1:${port}`,
  origin: undefined,
  cookie: undefined,
  languages: undefined,
  token: null,
  ...change,
});
const cookie = (value: string, at = port): string => `other=1; ${cookieName(at)}=${value}; last=2`;

/** A correct value with something before or after it. */
const around = fc
  .tuple(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }))
  .filter(([before, behind]) => before + behind !== '');

describe('names and origins', () => {
  it('of this server are let in, and a program that sends no origin is', () => {
    for (const host of hostsOf(port)) {
      expect(refuseHost(visit({ host }), port)).toBeNull();
      expect(refuseOrigin(visit({ origin: `http://${host}` }), port)).toBeNull();
    }
    expect(refuseOrigin(visit({}), port)).toBeNull();
  });

  it('that only contain one of them are not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...hostsOf(port)), around, (host, [before, behind]) => {
        expect(refuseHost(visit({ host: before + host + behind }), port)?.status).toBe(403);
        expect(refuseOrigin(visit({ origin: `${before}http://${host}${behind}` }), port)?.status).toBe(403);
      }),
      {
        examples: [
          [`127.0.0.1:${port}`, ['', '.evil.example']],
          [`127.0.0.1:${port}`, ['', '0']],
        ],
      },
    );
    expect(refuseHost(visit({ host: undefined }), port)?.status).toBe(403);
    expect(refuseOrigin(visit({ origin: `https://127.0.0.1:${port}` }), port)?.status).toBe(403);
    expect(refuseOrigin(visit({ origin: 'null' }), port)?.status).toBe(403);
  });
});

describe('the key', () => {
  it('opens from the address or the cookie of this port', () => {
    expect(refuseToken(visit({ token }), token, port)).toBeNull();
    expect(refuseToken(visit({ cookie: cookie(token) }), token, port)).toBeNull();
    expect(refuseToken(visit({ cookie: cookie(token, port + 1) }), token, port)?.status).toBe(401);
    expect(refuseToken(visit({}), token, port)?.status).toBe(401);
  });

  it('is asked for in the language of the browser', () => {
    const said = (languages: string | undefined): string =>
      refuseToken(visit({ languages }), token, port)?.reason ?? '';
    expect(said('zh-CN,zh;q=0.9,en;q=0.8')).toContain('密钥，得到无');
    for (const languages of [undefined, 'en-GB,zh;q=0.5', 'de', ''])
      expect(said(languages)).toContain('This page needs the key in the address');
  });

  it('is compared whole', () => {
    fc.assert(
      fc.property(fc.nat(token.length), around, (length, [before, behind]) => {
        fc.pre(length < token.length);
        expect(sameToken(token.slice(0, length), token)).toBe(false);
        expect(sameToken(before + token + behind, token)).toBe(false);
      }),
    );
  });

  it('that is wrong in the address is not made good by the cookie', () => {
    expect(refuseToken(visit({ token: 'wrong', cookie: cookie(token) }), token, port)?.status).toBe(401);
    expect(refuseToken(visit({ token: '', cookie: cookie(token) }), token, port)?.status).toBe(401);
  });
});
