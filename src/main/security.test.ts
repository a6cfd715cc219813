// What a page may reach: only files of the bundle, only the program's own address, only listed links.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerFromBundle, bundlePath } from './bundle.ts';
import { isOwnPage, isPermitted, isTrustedSender, outsideLink } from './security.ts';

describe('the bundle', () => {
  const outer = mkdtempSync(join(tmpdir(), 'minrnn-bundle-'));
  const folder = join(outer, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'assets', 'a.js'), 'export {}');
  writeFileSync(join(outer, 'secret.json'), '{}');

  it('answers with its files, their type and the content policy', async () => {
    const answer = await answerFromBundle(folder, 'minrnn://app/assets/a.js');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/javascript');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(new TextDecoder().decode((await answerFromBundle(folder, 'minrnn://app/')).body)).toBe('<p>page</p>');
  });

  it.each([
    'minrnn://app/../secret.json',
    'minrnn://app/%2e%2e/secret.json',
    'minrnn://app/..%2fsecret.json',
    'minrnn://app/assets/..%2f..%2fsecret.json',
    'minrnn://app/..%5csecret.json',
    'minrnn://other/index.html',
    'file:///etc/passwd',
    'minrnn://app/%00index.html',
    'minrnn://app/%zz',
    'not a url',
    'minrnn://app/assets',
  ])('gives nothing else: %s', async (url) => {
    expect((await answerFromBundle(folder, url)).status).not.toBe(200);
    expect(bundlePath(url)?.split(/[\\/]/) ?? []).not.toContain('..');
  });
});

describe('decisions', () => {
  it('know the own page', () => {
    expect(isOwnPage('minrnn://app/index.html#/race')).toBe(true);
    for (const url of ['minrnn://app.evil/index.html', 'https://minrnn/', 'file:///index.html', ''])
      expect(isOwnPage(url)).toBe(false);
    expect(isTrustedSender({ url: 'minrnn://app/index.html', isMainFrame: true })).toBe(true);
    expect(isTrustedSender({ url: 'minrnn://app/index.html', isMainFrame: false })).toBe(false);
  });

  it('open listed hosts outside, over https only', () => {
    expect(outsideLink('https://arxiv.org/abs/2410.01201')).toBe('https://arxiv.org/abs/2410.01201');
    for (const url of [
      'http://arxiv.org/',
      'https://arxiv.org.evil.example/',
      'file:///etc/passwd',
      'smb://host/x',
      'x',
    ]) {
      expect(outsideLink(url)).toBeNull();
    }
  });

  it('grant the clipboard and nothing else', () => {
    expect(isPermitted('clipboard-sanitized-write')).toBe(true);
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      expect(isPermitted(permission)).toBe(false);
    }
  });
});
