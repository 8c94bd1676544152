import { describe, expect, it } from 'vitest';
import { shownHost } from './hosts';

const shown = (host: string) => shownHost(host, new URL(`https://${host}/`).hostname);

describe('a host is shown as it was written where nobody takes it for another', () => {
  it.each([
    'example.com',
    'Example.COM',
    'münchen.de',
    'www.façade-élégante.fr',
    'żółw.pl'.replace('ł', 'l'),
    'яндекс.рф',
    'москва.рф',
    'ελλάδα.ευ'.replace('ευ', 'ελ'),
    '例え.jp',
    '日本語.テスト',
    '한국.kr',
    '中文.com',
    'مثال.com',
    'דוגמה.co.il',
    'उदाहरण.com',
    'ตัวอย่าง.com',
    'xn--pple-43d.com',
    '127.0.0.1',
  ])('%s', (host) => expect(shown(host)).toBe(host));
});

describe('else in its ASCII form', () => {
  it.each([
    ['аpple.com', 'xn--pple-43d.com'],
    ['аррӏе.com', 'xn--80ak6aa92e.com'],
    ['раураl.com', 'xn--l-7sba6dbr.com'],
    ['gооgle.com', 'xn--ggle-55da.com'],
    ['сух.рф', undefined],
    ['яндекс.com', 'xn--d1acpjx3f.com'],
    ['ρayρal.com', undefined],
    ['οοο.ελ', undefined],
    ['ɡoogle.com', undefined],
    ['ạpple.com', undefined],
    ['paypaı.com', undefined],
    ['łinkedin.com'.replace('ł', 'ŀ'), undefined],
    ['goog𝗅e.com', 'google.com'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    ['%65xample.com', 'example.com'],
    ['日本tv.jp', undefined],
    ['example.com.ノ.evil.jp', undefined],
    ['exаmple.com.evil.org', undefined],
    ['թest.am', undefined],
    ['Ꭱedis.io', undefined],
    ['0x7f.1', '127.0.0.1'],
    ['e\u0301xample.com', undefined],
    ['غمثال3.café.com', undefined],
  ])('%s', (host, ascii) => {
    expect(shown(host)).toMatch(/^[ -~]+$/);
    if (ascii !== undefined) expect(shown(host)).toBe(ascii);
  });
});
