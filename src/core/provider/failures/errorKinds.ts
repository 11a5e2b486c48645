/** Classifies failures by the server's words. Words override the status: relays send any status for any reason. */
import type { ErrorKind } from '../../../api.ts';

type Words = readonly RegExp[];

/** A subject and what is said of it, in either order and in the languages that servers were seen to use. */
function both(subject: string, said: string): RegExp {
  return new RegExp(`(?:${subject}).{0,40}(?:${said})|(?:${said}).{0,40}(?:${subject})`);
}

const money = String.raw`\bcredits?\b|cr[eé]dito?s?\b|\bfunds\b|\bwallet\b|bakiye|środk|кредит|クレジット|크레딧|餘額|額度`;
const gone = String.raw`exhaust|\bno\b|insuf|yeters|\bbrak\b|épuis|esaur|agotad|acabou|недостат|исчерп|不足|使い切|부족|소진|用[尽盡完]`;
/** Only payment or another plan helps. */
const spent: Words = [
  both(money, gone),
  /insufficient[ _](?:user[ _])?(?:quota|balance|credits?|funds?)/,
  /\b(?:quota|credits?|funds?|budget|allowance)\b.{0,40}\b(?:not enough|insufficient|too low|depleted|used up|run out|ran out|negative)\b/,
  /not enough (?:credits?|balance|funds|quota)|(?<!load[ -])\bbalance\b|out of credits?|no credits/,
  /(?:purchase|buy|add) (?:more )?credits|billing_(?:not_active|hard_limit)|billing_error/,
  /billing (?:is )?not active|account is not active|payment required|payment_required|\btop.?up\b|recharge/,
  /no (?:remaining )?(?:quota|credits?)\b|credit limit|exceed\w*.{0,40}\bcredits?\b/,
  /free tier.{0,40}(?:exhaust|exceed)|upgrade your plan|guthaben|\bsaldo\b|\bsolde\b|残高|잔액|недостаточно средств/,
  /\b(?:subscription|trial)\b.{0,40}\b(?:expired|ended|over|inactive|lapsed|cancell?ed)|billing period|limit of \$\d/,
  /in arrears|overdue|arrearage|monthly budget|spend(?:ing)?[ _](?:limit|cap)|余额|欠费|充值|额度不足|额度已|账户.{0,10}停/,
];
const allowance = String.raw`kontingent|\bcuota|\bcota\b|квот|利用枠|クォータ|할당량|사용 한도|(?:key|daily|weekly|monthly) limit`;
const usedUp =
  String.raw`exceed|reach|\bhit\b|aufgebraucht|überschritt|erschöpft|` +
  'superad|excedid|dépass|atteint|esaurit|превыш|исчерп|超|使い切|초과';
/** A quota is used up; a server that names a time means a window that reopens. */
const quota: Words = [
  both(allowance, usedUp),
  /exceed\w*.{0,40}\bquota|\bquota\b.{0,60}\b(?:exceed|exhaust|reach|used up)|(?:usage|plan) limit|allocated quota/,
  /budget.{0,40}exceed|配额|用量/,
];
const window = /per[ -_]?(?:minute|second|hour)|\b[rt]pm\b/;
const rate: Words = [
  /\bqps\b|\b429\b|rate.?limit|too many (?:\w+ )?requests|throttl|slow down|requests? per /,
  /tokens? per (?:minute|second|hour|day|min\b)|per[ -]minute|\b[rt]pm\b|concurren\w+ (?:limit|requests)/,
  /resource_exhausted|resource has been exhausted|频率|限流|过于频繁/,
];
/** What is too long, and how that is said, in either order. A message's own fields have limits of their own. */
const long = String.raw`\b(?:prompt|inputs?|context|messages?(?!\S*(?:name|id)\b)|conversation|history|sequence|tokens)\b`;
const over =
  String.raw`\b(?:exceed\w*|not fit|overflow|too (?:long|large|big|many(?! (?:\w+ )?requests))|(?:long|larg|great)er than|` +
  String.raw`(?:over|above|more than|beyond) (?:the|\d))`;
const tooLong: Words = [
  new RegExp(`${long}.{0,60}${over}`),
  new RegExp(String.raw`${over}.{0,40}\b(?:context|prompt|input|tokens?)\b`),
  /\b(?:request|text|payload)\b.{0,50}\btoo (?:long|large|big|many tokens)/,
  /context[ _-]?(?:length|size|window|limit|overflow)/,
  /(?:max\w*|range of) (?:allowed )?(?:number of )?(?:context|prompt|input|model length)/,
  /max_seq_len|max_model_len|n_ctx|prompt_tokens_exceeded|(?:request|input|prompt)_too_l|string_above_max_length/,
  /(?:reduce|shorten) (?:the|your)|inputs?`? tokens \+ `?max_new_tokens|must have (?:less|fewer) than .{0,20}tokens/,
  /\btokens\b.{0,30}\bbut\b.{0,40}\b(?:context|limit|max|fit)|supports? (?:at most|up to|only) .{0,20}tokens|sequence length/,
  /(?:prompt|input) (?:token )?(?:length|count|size).{0,60}(?:should be|must be|maximum|limit)/,
  /\bzu (?:lang|viele tokens)|(?:trop|troppo|muito|demasiad[oa]) l(?:ar|on|un)g|слишком длин|長すぎ|너무 (?:깁|길|긴)/,
  /çok uzun|zbyt dług|te lang\b|token count\b.{0,20}exceed|\b(?:prompt|inputs?|messages?)\b.{0,40}\btokens\b.{0,10}\blimit/,
  both(
    'eingabe|anfrage|message|requête|solicitud|entrada|richiesta|запрос|入力|입력',
    'zu gr|trop (?:gr|vol)|demasiad[oa] |muito gr|слишком б|大きすぎ|너무 [큽크큰]',
  ),
  both('kontext|context[eo]|contesto|контекст|컨텍스트|コンテキスト', 'läng|long|limit|máxim|超|초과|supera|dépass|excede|überschr|превыш'),
  /\d tokens\b.{0,40}\bmodel (?:only )?(?:takes|holds|allows|accepts|supports|has)\b.{0,30}\d/,
  /(?:länge|long\w+|длин\w+|길이).{0,20}(?:kontext|contexte|contexto|контекст)/,
  /上下文|超长|(?:输入|提示|消息|内容|文本).{0,10}(?:过长|太长|长度)|超过.{0,20}(?:长度|token)|token.{0,20}(?:超出|超过|上限)/,
];
/** A limit on the answer's own length, which a shorter conversation does not fix. */
const answerTooLong = /(?<!\+ `?)max_(?:completion_|output_|new_)?tokens`?'?"?:? (?:is |must |should |\(|value|\d|exceeds|too)/;
const noModel: Words = [
  both(
    String.raw`\bmod[eè]l(?:l|o|e|lo)?\b|модел|モデル|모델|模型`,
    "no existe|n['’]existe pas|existiert nicht|nicht gefunden|non esiste|não existe|" +
      'не (?:найден|существ)|見つかりま|찾을 수 없|不存在|[没沒]有|下[线線]',
  ),
  /\bmodels?\b.{0,100}(?:be found|sunset|shut down|not loaded|isn't available on)/,
  /not include.{0,20}\bmodel|model is not (?:in|on) the|no models loaded|try pulling|unsupported model/,
  /model[ _-]?not[ _-]?(?:found|exist)/,
  /(?:model|deployment)\b.{0,100}\b(?:does not exist|doesn't exist|not exist|not found|not available)/,
  /(?:model|deployment)\b.{0,100}\b(?:no longer available|deprecated|decommissioned|retired)/,
  /(?:no such|unknown|invalid|unavailable) model|not a valid model|model_decommissioned|deploymentnotfound/,
  /\bmodel(?: \S+)?(?: is)? not supported/,
  /no available channel|no endpoints found|no allowed providers|(?:no|not have) access to .{0,20}model|模型不存在/,
  /模型.{0,20}(?:不支持|下线|不可用)|无可用渠道/,
];
const noKey: Words = [
  both(
    String.raw`api[- _]?(?:key|schlüssel|ключ|キー|키)|\b(?:clave|klucz|chiave|chave)\b.{0,6}\bapi|\bclé api|[密秘][钥鑰]|令牌|anahtar`,
    '[ií]n?v[aá]lid|not? v[aá]lid|non valid|ungültig|неверн|недейств|無効|无效|올바르지|유효하지|错误|不正确|不可用|过期|geçersiz|nieprawid',
  ),
  both(
    String.raw`api[ _-]?key|credentials?|\b(?:access|security|bearer|auth) token|subscription key|\bjwt\b`,
    'revoked|malformed|invalid|not valid|expired|validate|verif|required|not found|missing|disabled|incorrect|wrong|\\b(?:bad|no)\\b',
  ),
  /\byour key (?:is|was|has|does)|\bthis key was|\bkey (?:is )?not active|signature (?:has |is )?expired|未授权|身份验证失败/,
  /(?:api_key|authentication)_(?:invalid|error)|(?:provide an?|valid) api[ _-]?key/,
  /authentication (?:failed|fails|required|error)|unauthori[sz]ed|unauthenticated|not authenticated/,
  /invalid (?:bearer|credential|authentication|auth\b|access token)|invalid token(?! (?:in|at)\b)/,
  /missing authorization|authorization header/,
  /token (?:is |has )?(?:invalid|expired)|nopermissions|鉴权|认证失败|无效的(?:令牌|\s?api)/,
];
const refusedContent: Words = [
  /data_?inspection|inappropriate content|content_?(?:policy|filter|moderation)|responsible_?ai/,
  /safety system|\bflagged\b|(?:content|prompt|input).{0,40}(?:moderation|usage polic)|安全审核/,
  /content management policy|sensitive (?:words?|content|information)|敏感|违规|不合规/,
];
const busy: Words = [
  /sobrecargad|surchargé|überlastet|sovraccaric|перегруж|混み合|혼잡|服务器忙|过载|queue is full|no available workers/,
  /\b(?:model|engine|server)\b.{0,20}\b(?:is|still|currently) (?:loading|starting|warming)/,
  /overloaded|at capacity|over capacity|no capacity|capacity exceeded|temporarily unavailable/,
  /(?:server|service|system) (?:is )?(?:too )?(?:busy|unavailable)|service_unavailable|繁忙|负载/,
];
/** gRPC statuses, and error types of Anthropic and OpenAI. */
const named: readonly (readonly [RegExp, ErrorKind])[] = [
  [/\b(?:unauthenticated|permission_denied|authentication_error|permission_error)\b/, 'auth'],
  [/\b(?:invalid_argument|failed_precondition|out_of_range|invalid_request_error|unsupported_\w+|bad_request)\b/, 'bad-request'],
  [/\b(?:not_found_error|not_found)\b/, 'not-found'],
];

/** Words of firewalls and bot checks. */
const blocks: Words = [
  /error code: 1\d\d\d|request (?:was |has been |is )?(?:blocked|rejected)|(?:been|was|were|is) blocked/,
  /cloudflare|access denied.{0,200}(?:reference|akamai|edgesuite)|firewall|\bwaf\b|incapsula|sucuri|mod_security/,
  /administrative rules|datadome|perimeterx|bot (?:detect|protect)\w*|automated (?:requests|traffic)/,
  /unusual traffic/,
];

/**
 * @param all all words, in lower case
 * @param waits whether the server names a time to retry
 */
export function kindOfWords(all: string, waits: boolean): ErrorKind | undefined {
  if (says(all, spent)) return 'quota';
  if (says(all, quota)) return waits || window.test(all) ? 'rate-limit' : 'quota';
  // A limit of tokens per minute is also worded as a request that is too large.
  if (/rate.?limit|per[ -](?:minute|hour|day)|\b[rt]p[md]\b/.test(all)) return 'rate-limit';
  if (says(all, tooLong) && !answerTooLong.test(all)) return 'context-length';
  if (says(all, rate)) return 'rate-limit';
  if (says(all, noModel)) return 'not-found';
  if (says(all, noKey)) return 'auth';
  if (says(all, refusedContent)) return 'bad-request';
  if (says(all, busy)) return 'server';
  return undefined;
}

/** For errors inside a stream, where no status adds information. */
export function kindOfName(all: string): ErrorKind | undefined {
  return named.find(([name]) => name.test(all))?.[1];
}

export function kindOfStatus(status: number): ErrorKind {
  switch (status) {
    case 401:
    case 403:
      return 'auth';
    case 402:
      return 'quota';
    case 404:
    case 405:
    case 410:
      return 'not-found';
    case 429:
      return 'rate-limit';
    case 408:
    case 409:
    case 425:
      return 'server';
    default:
      return status >= 500 ? 'server' : 'bad-request';
  }
}

/** A firewall or a bot check answered, not the API: the key has nothing to do with it. */
export function isBlocked(status: number, all: string, isPage: boolean): boolean {
  const check = /just a moment|attention required|captcha|challenge-platform|enable javascript and cookies/.test(all);
  if (status === 503 || status === 429) return check;
  if (status !== 403 && status !== 406 && status !== 451) return false;
  return isPage || check || says(all, blocks);
}

/** Refused because of the user's location, which no key changes. */
export function isRegional(all: string): boolean {
  const place = '(?:country|region|location|territory)';
  return new RegExp(`unsupported_country|not (?:available|supported) in your ${place}|user location|${place}.{0,40}not supported`).test(
    all,
  );
}

function says(all: string, words: Words): boolean {
  return words.some((pattern) => pattern.test(all));
}
