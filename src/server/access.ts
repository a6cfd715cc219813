// Who may talk to the server: this machine, with the token, from the server's own page. Pure but for the random token.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { asIs, either, say, type Message } from '../engine/core/say.ts';
import { toldIn } from '../protocol/told/told.ts';

export const newToken = (): string => randomBytes(24).toString('base64url');

/** Takes constant time, so that timing reveals nothing about the token. */
export function sameToken(given: string | null | undefined, token: string): boolean {
  if (given === null || given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Allowed host names of the loopback address; any other is DNS rebinding. */
export const hostsOf = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

/** Cookies ignore the port, so the name contains it, and two servers do not overwrite each other's. */
export const cookieName = (port: number): string => `minrnn-${port}`;

export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}

export interface Visit {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  /** From the address; null if it has none. */
  readonly token: string | null;
  /** Accept-Language, in the order of the person's wishes. */
  readonly languages: string | undefined;
}

export type Refusal = { readonly status: 401 | 403; readonly reason: string };

/** In the language that the visitor's browser asks for first. */
const toldTo = ({ languages }: Visit, message: Message): string =>
  toldIn(/^\s*zh\b/i.test(languages ?? '') ? 'zh' : 'en', message);

/** Null = allowed. A wrong token in the address is refused even if the cookie is right. */
export function refuseToken(visit: Visit, token: string, port: number): Refusal | null {
  const given = visit.token ?? cookieOf(visit.cookie, cookieName(port));
  if (sameToken(given, token)) return null;
  const found = given === null ? say`none` : say`one from an earlier start of the program`;
  // The only refusal that people meet: an old address, or a page from before a restart.
  const reason = say`This page needs the key in the address that "minrnn serve" printed when it started last, got ${found}.`;
  const cure = say`Open that address to continue: nothing is lost. If you no longer have it, end "minrnn serve" with Ctrl+C and start it again.`;
  return { status: 401, reason: `${toldTo(visit, reason)}\n${toldTo(visit, cure)}` };
}

export function refuseHost(visit: Visit, port: number): Refusal | null {
  if (visit.host !== undefined && hostsOf(port).includes(visit.host)) return null;
  const got = visit.host === undefined ? say`none` : asIs(visit.host);
  const reason = say`The host must be one of ${asIs(hostsOf(port).join(', '))}, got ${got}.`;
  return { status: 403, reason: toldTo(visit, reason) };
}

/** Only a browser sends an Origin; a page of another origin is refused, a program on this machine that has the token is not. */
export function refuseOrigin(visit: Visit, port: number): Refusal | null {
  const own = hostsOf(port).map((host) => `http://${host}`);
  if (visit.origin === undefined || own.includes(visit.origin)) return null;
  const reason = say`The origin must be ${either(own.map((one) => asIs(one)))}, got ${asIs(visit.origin)}.`;
  return { status: 403, reason: toldTo(visit, reason) };
}
