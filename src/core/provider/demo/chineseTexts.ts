/** The demo in Simplified Chinese. */
import { type DemoTexts, sampleCode } from './texts.ts';

/** The slash words, and what each one shows. */
const demoWords: Readonly<Record<string, string>> = {
  '/drop': '回答到一半断开连接，看它如何续写',
  '/slow': '每秒只出几个字',
  '/stall': '中途不再输出',
  '/429': '先说太忙，要求等待',
  '/long': '一个很长的回答',
  '/code': '一个带代码的回答',
};
const list = Object.entries(demoWords)
  .map(([name, what]) => `- \`${name}\`：${what}`)
  .join('\n');

export const chineseTexts: DemoTexts = {
  asked: '你问的是：',
  tour: (word) => `${word === '' ? '' : `演示中没有 \`${word}\`。`}这是**离线演示**：背后没有模型，但它的文字经过的路径与真实模型完全相同。

你正在看到：

1. 每段内容一到就显示；回答再长，界面做的工作也一样少。
2. 状态栏里的数字实时统计 token，前面的 \`~\` 表示服务器尚未确认。
3. **停止**按钮或 Esc 会立即关闭连接，已生成的内容会保留。

试试服务器出问题时会怎样：

${list}

要使用真实的模型，请新建对话，在其中粘贴 API 地址和密钥，或运行 **Rivulet: 选择模型**。`,
  code: `下面的小函数等待多个 Promise 中最先完成的一个，超时则放弃：

\`\`\`ts
${sampleCode}
\`\`\`

\`finally\` 保证无论从哪条路径返回都会清除定时器，不会留下还在运行的任务。`,
  drop: `这个回答的连接会在大约这里断开，就在一句话的中间，服务器不作任何说明。多数工具会就此结束，把它当作完整的回答显示出来。Rivulet \
注意到服务器从未说过回答已经完成，于是带着已有的全部内容再次请求，等新旧两段对得上之后才继续显示。上面的细线标出了续写的位置。`,
  stall: `这个回答会在完成之前停止输出，而连接一直开着。停顿超过 \`rivulet.timeouts.idleSeconds\` 就视为中断，回答会从停下的地方续写。\
你也可以现在按**停止**：已生成的内容会保留，之后可以用**续写**取得其余部分。`,
  slow: '小模型在慢机器上就是这种感觉：每秒只出几个字。阅读和生成互不等待，你可以向上滚动、选择文本，或先写下一个问题。',
  waited: '服务器起初太忙。Rivulet 读出了它要求等待的时间，显示倒计时，等待之后再次请求。**没有任何内容需要重新输入。**',
  busy: (seconds) => `演示服务器假装很忙，请 ${seconds} 秒后再试。`,
  page: (page) => `## 第 ${page} 页

流式输出让等待变成阅读。这是一个很长的回答的第 ${page} 页，用来观察文本变长之后面板会不会变慢；它不应该变慢。

- 第 ${page} 页的第一项，含 \`行内代码\`
- 第 ${page} 页的第二项，含**粗体**和*斜体*

| 步骤 | 内容 | 开销 |
| ---: | --- | --- |
| ${page}.1 | 读取字节 | 恒定 |
| ${page}.2 | 扩展当前块 | 恒定 |

\`\`\`python
def page_${page}(text: str) -> int:
    """统计第 ${page} 页的字数。"""
    return len(text)
\`\`\``,
};
