// Words of the alarm when the evidence log was put back or written again.

export const witness = {
  witness: {
    title: '证据日志被动过',
    rolledBack:
      '本浏览器 {{time}} 看到的证据日志有 {{kept}} 条，服务器现在给出的只有 {{now}} 条：日志被退回到了以前的状态。',
    rewritten:
      '本浏览器 {{time}} 看到的证据日志有 {{kept}} 条，服务器现在给出的有 {{now}} 条，却不能证明后者接续前者：已经签名的证据被改写过。',
    otherKey: '证据日志换了签名密钥。本浏览器 {{time}} 看到的证据是用另一把密钥签名的，全部证据可能被重写过。',
    notSigned: '服务器给出的证据日志检查点没有有效签名。',
    whatToDo: '请不要清除本浏览器的数据，立即告知系统审计员和中心负责人。这条提示不会自行消失。',
    both: '查看两个检查点',
    seen: '本浏览器以前看到的',
    shown: '服务器现在给出的',
  },
} as const;
