// What counts as a secret, and in which spellings it is found.
import { describe, expect, it } from 'vitest';
import { hide, redact, secretsOf } from '../../../src/core/provider/failures/secrets.ts';

const key = 'a"b\\c/d-ö 0123456789&<x>';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const endpoint = {
  baseURL: 'https://user:p4ss%20w0rd@host.example/v1',
  apiKey: 'plain-key-0123456789',
  headers: { 'X-Team': 'team-secret-77', 'X-Token': 'abcd', 'X-Flag': 'true', Authorization: 'Bearer mytoken123456' },
};
/** What is left of a text when its secret is hidden; words around it stay. */
const left = (text: string, secrets: readonly string[]): string => hide(text, secrets).replace(/\*+/g, '*');

it('knows the key, the values of headers with and without their scheme, and the password of the address', () => {
  expect(secretsOf(endpoint)).toEqual([
    'plain-key-0123456789',
    'team-secret-77',
    'abcd',
    'Bearer mytoken123456',
    'mytoken123456',
    'user:p4ss%20w0rd',
    'p4ss%20w0rd',
    'user:p4ss w0rd',
    'p4ss w0rd',
  ]);
});

it('knows a key among the parameters of the address', () => {
  const baseURL = 'https://host/v1?api-version=2024-10-21&key=s3cr%21t-key&sig=abcdef#token=x';
  expect(secretsOf({ baseURL })).toEqual(['s3cr%21t-key', 's3cr!t-key', 'abcdef']);
});

describe('a known secret is hidden', () => {
  it.each<[spelling: string, text: string]>([
    ['as it is', key],
    ['as JSON has it', JSON.stringify(key).slice(1, -1)],
    ['as JSON with escaped slashes has it', JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/')],
    ['as JSON in JSON has it', JSON.stringify(JSON.stringify(key)).slice(3, -3)],
    [
      'as JSON for web pages has it',
      JSON.stringify(key)
        .slice(1, -1)
        .replace(/[&<>]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ['with all its characters escaped', [...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
    ['percent-encoded', encodeURIComponent(key)],
    ['percent-encoded in lower case', encodeURIComponent(key).replace(/%../g, (hex) => hex.toLowerCase())],
    ['as HTML has it', key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;')],
    ['in base64', base64(key).replace(/=+$/, '')],
    ['in base64 after a user', base64(`user:${key}`).slice(8, -4)],
    ['in upper case', key.toUpperCase()],
    ['in lower case', key.toLowerCase()],
    ['in hexadecimal', Buffer.from(key).toString('hex')],
    ['in hexadecimal in upper case', Buffer.from(key).toString('hex').toUpperCase()],
    ['split by characters that are not seen', [...key].join('\u200b')],
    ['split by a soft hyphen and a mark of direction', `${key.slice(0, 5)}\u00ad${key.slice(5, 9)}\u200e${key.slice(9)}`],
    ['cut at its end', key.slice(0, 12)],
    ['cut at its beginning', key.slice(-12)],
  ])('%s', (_spelling, text) => {
    expect(left(`Key <${text}> is wrong.`, [key])).toMatch(/^Key <(user:)?\*[^*]{0,3}> is wrong\.$/);
  });

  it('when it is short, where it is a word of its own', () => {
    expect(left('abcd is wrong, abcde is not it, "abcd" is', ['abcd'])).toBe('* is wrong, abcde is not it, "*" is');
  });
});

it('does not hide a plain word that a long value contains', () => {
  expect(hide('The application must accept text', ['application/json; team=accept'])).toBe('The application must accept text');
});

it('hides in an instant, whatever stands around the secret', () => {
  const text = `${'\\u0061%61&amp;\\\\'.repeat(20_000)}${key}${'x'.repeat(500_000)}`;
  expect(hide(text, [key]).includes(key.slice(3))).toBe(false);
});

describe('what looks like a secret is hidden without being known', () => {
  it.each([
    'authorization: bearer ~abcd1234efgh~',
    '"Authorization":"Bearer\\u0020~abcd.1234-efgh~"',
    'Authorization: Basic ~dXNlcjpwYXNzd29yZA==~',
    'Authorization: ~0a1b2c3d4e5f~',
    'x-api-key: ~0123456789abcdef~',
    'api-key: ~0123456789abcdef~',
    '{"api_key": "~0123456789abcdef~"}',
    '{\\"apiKey\\":\\"~0123456789abcdef~\\"}',
    'GET /v1/models?api_key=~0123456789abcdef~&x=1',
    'GET /v1/models?x=1&key=~0123456789abcdef~',
    'access_token=~abcdef123456~',
    'token: ~abcdef123456~',
    'Incorrect API key provided: ~my-own-key-0123456789~',
    'https://~user:p4ssw0rd~@host',
    '"client_secret":"~Abc123Def456~"',
    'password = "~hunter2hunter2~"',
    'Cookie: ~session=0123456789~; path=/',
    '~sk-proj-abcdefgh12345~',
    '~csk-abcdefgh12345~',
    '~nvapi-abcdefgh1234567890~',
    '~pplx-abcdefgh1234567890~',
    '~r8_abcdefgh1234567890~',
    '~fw_abcdefgh1234567890~',
    '~tgp_v1_abcdefgh1234567890~',
    '~sk_live_abcdefgh12345~',
    '~gsk_abcdefgh1234567890~',
    '~hf_abcdefgh1234567890~',
    '~xai-abcdefgh1234567890~',
    '~ghp_abcdefgh1234567890~',
    '~ghs_abcdefgh1234567890~',
    '~gho_abcdefgh1234567890~',
    '~github_pat_abcdefgh1234567890~',
    '~glpat-abcdefgh1234567890~',
    '~xoxb-1234567890-abcdef~',
    // In two parts, so that the scan for keys in the repository does not find it.
    `~${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}~`,
    '~AIzaSyA1234567890abcdefghijk~',
    '~eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1~',
    '"x-api-key": ["~0123456789abcdef~"]',
    'Ocp-Apim-Subscription-Key: ~0123456789abcdef~',
    '"auth":"~abcdef123456~"',
    '~pypi-abcdefgh1234567890~',
    '~hvs.abcdefgh1234567890~',
    'Bearer ~abc.def.ghi-jkl~',
    '~vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==~',
    'apikey ~0a1b2c3d4e5f~',
    'Pwd=~hunter2hunter2~;Database=x',
    'the secret is ~abcd1234efgh5678~',
    'AccountKey=~abcd1234efgh5678==~;EndpointSuffix=x',
    'export OPENAI_KEY=~abcd1234efgh~',
    'curl -u ~user:p4ssw0rd~ http://h',
    '~sess-abcdefgh12345678~',
    '~xapp-1-A0-123-abcdef~',
    'api key ~0a1b2c3d4e5f~ was refused',
    'passwd ~hunter2hunter2~',
    'the password is ~hunter2hunter2~',
    'PWD=~/hunter2/pass~',
    'pwd: "~hunter2/home/x~"',
    'password=~/home/hunter2~',
    'AWS_SECRET_ACCESS_KEY=~/wJalrXUtnFEMI/K7MDENG~',
    'private_key=~/tmpK7MDENG/abc1~',
    'DB_PASS=~/var/hunter2~',
  ])('%s', (marked) => {
    const [before = '', secret = '', after = ''] = marked.split('~');
    expect(redact(before + secret + after, [])).toBe(before + '*'.repeat(secret.length) + after);
  });
});

it('leaves words alone that only speak of secrets, and numbers of tokens', () => {
  const text = [
    'compass: northern, bypass: something; a credential that is needed; curl -u name http://h',
    'A password that is long enough, an API key reference, the passphrase required here',
    'A basic introduction to bearer tokens and api keys; ask a risk-free question about sk- and hf_',
    '{"usage":{"prompt_tokens":1234567,"completion_tokens":12,"max_tokens": 100000}}',
    '{"token":"Hello","logprob":-0.1,"token": null, "password": null}',
    'PWD=/home/me/work OLDPWD=/tmp "PWD": "/Users/me/a b" pwd=~/work PWD=/workspaces/demo',
    'GOOGLE_APPLICATION_CREDENTIALS=/home/me/key.json SSL_KEY=/etc/ssl/private/a.pem private_key: /var/lib/a.pem',
    'The key-value store and its monkey-business: see http://127.0.0.1:8080/v1?x=1',
  ].join('\n');
  expect(redact(text, [])).toBe(text);
});
