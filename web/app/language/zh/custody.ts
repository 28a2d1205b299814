// Words of custodians and unsealing.

export const custody = {
  custody: {
    title: '按键保管',
    say: '屏幕上没有显示的输入（例如密码）封存在保管人手中。审计员说明理由申请启封，两名保管人各自用自己的密钥同意后，只有这名审计员能在24小时内看到这一个会话的全部按键。每一步都写入证据日志。',
    since: '任命于',
    tooFew_other: '现有 {{count}} 名保管人，少于两名：现在录制的会话，审计员说明理由即可查看全部按键。',
    appoint: '任命保管人',
    appointTitle: '任命保管人',
    appointSay:
      '保管人先在自己的电脑上运行 ./sluice custodian --out 文件，把打印出的公钥交给您；身份文件由本人保存，不要交给任何人。',
    person: '人员',
    key: '公钥',
    keyHint: '以 age1 开头',
    remove: '解除',
    removeTitle: '解除保管人',
    removeSay: '今后的录像不再封给{{who}}；已有的录像仍可由其提供份额。',
    requests: '启封申请',
    none: '没有启封申请。',
    noneHint: '审计员在回放页面可以申请启封。',
    noCustodians: '录制时没有保管人。',
    shares: '已收到 {{given}} / {{threshold}} 份（{{who}}）',
    sharesNone: '需要 {{threshold}} 份，尚未收到',
    waitsUntil: '等待至',
    openUntil: '启封至',
    yours: '这项申请等待您的份额。在保存身份文件的电脑上运行下面一行，把 FILE 换成您的身份文件：',
  },
  unsealingState: { waiting: '等待保管人', open: '已启封', over: '已结束' },
} as const;
