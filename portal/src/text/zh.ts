// SPDX-License-Identifier: Apache-2.0
// Chinese: the same keys as en.ts.

import type { Text } from "./en.ts";
import { charts } from "./zh_charts.ts";
import { compare } from "./zh_compare.ts";
import { data } from "./zh_data.ts";
import { environments } from "./zh_environments.ts";
import { sweep } from "./zh_sweep.ts";

export const zh: Text = {
  code: "zh",
  lang: "zh-CN",
  loading: "加载中…",

  nav: {
    label: "主导航",
    where: "此运行所在位置",
    daemonStarted: "启动于",
    skip: "跳到正文",
    experiments: "实验",
    runs: "运行",
    compute: "计算",
    models: "模型",
    data: "数据",
    environments: "环境",
  },

  theme: { label: "浅色或深色", auto: "自动", light: "浅色", dark: "深色" },

  connection: {
    connecting: "正在连接",
    live: "实时",
    lost: "连接已断开",
    explained: {
      connecting: "正在寻找守护进程。",
      live: "发生的变化会立即显示。",
      lost: "守护进程没有应答，显示的内容可能已过时，页面会继续尝试。启动守护进程：runyard up",
    },
  },

  status: {
    NotStarted: "未开始",
    Queued: "排队中",
    Preparing: "准备中",
    Running: "运行中",
    Finalizing: "收尾中",
    CancelRequested: "正在取消",
    Completed: "已完成",
    Failed: "失败",
    Canceled: "已取消",
  },

  kind: { script: "脚本", command: "命令", interactive: "交互式" },

  action: {
    tryAgain: "重试",
    copy: "复制",
    copied: "已复制",
    dismiss: "放弃",
    save: "保存",
    edit: "编辑",
    set: "设置",
    compare: "比较",
    tag: "加标签",
    cancel: "取消运行",
    cancelRuns: (n) => (n === 1 ? "取消运行" : `取消 ${n} 个运行`),
    resubmit: "重新提交",
    clear: "清除选择",
    download: "下载",
    more: (shown, all) => `显示更多（已显示 ${shown} / ${all}）`,
  },

  problem: {
    unreachable: "守护进程没有应答。请用“runyard up”启动它，页面随后会自动继续。",
    forbidden: "运行“runyard open”会给出一个允许此浏览器访问的链接。",
    portal: "页面自身出现错误。重新加载页面可能有用；请附上以下内容报告：",
    noPage: "没有这个页面。",
  },

  time: { justNow: "刚刚", ago: (age) => `${age}前`, s: "秒", min: "分", h: "小时", d: "天" },

  field: {
    id: "标识",
    number: "编号",
    name: "名称",
    status: "状态",
    experiment: "实验",
    kind: "类型",
    script: "脚本",
    target: "计算目标",
    submitter: "提交者",
    created: "创建时间",
    started: "开始时间",
    ended: "结束时间",
    duration: "时长",
  },

  nameKind: { metric: "指标", tag: "标签", property: "属性", argument: "参数" },
  summary: { last: "最新", min: "最小", max: "最大" },

  workspace: { label: "工作区", all: "所有工作区" },

  experiments: {
    find: "查找实验",
    metric: "指标",
    anyMetric: "输入名称的一部分",
    byStatus: "各状态的运行数",
    lastActivity: "最近活动",
    lastOf: (metric) => `${metric}（逐次运行）`,
    none: "还没有实验",
    noneFound: "没有名称包含该文字的实验。",
    howToStart: "第一次运行会自动创建实验。为某个 Python 启用 SDK 后运行您的笔记本，或提交一个脚本：",
  },

  runs: {
    all: "所有运行",
    filter: "筛选",
    filterHint: "筛选：status = Failed and metric.loss.last < 0.5",
    columns: "列",
    kindOfColumn: "显示什么",
    whichValue: "哪个值",
    partOfName: "输入名称的一部分",
    noNames: "没有名称包含该文字。",
    typeMore: "还有更多，请继续输入。",
    shown: "已显示",
    remove: (column) => `移除 ${column}`,
    total: (n) => `${n.toLocaleString("en")} 次运行`,
    withChildren: "包含子运行",
    onlyThese: "只显示这些",
    select: (run) => `选择 ${run}`,
    selected: "选中的运行",
    selectedCount: (n) => `已选 ${n} 个`,
    none: "还没有运行",
    noneLeft: "没有符合筛选条件的运行。",
    clearFilter: "清除筛选",
    howToStart: "从笔记本或终端提交一个：",
    askCancel: (n) =>
      n === 1 ? "取消此运行？已记录和写入的内容会保留。" : `取消 ${n} 个运行？已记录和写入的内容会保留。`,
    askTag: (n) => (n === 1 ? "为此运行加标签" : `为 ${n} 个运行加标签`),
  },

  tags: { title: "标签", name: "名称", value: "值（可以为空）", add: "+ 标签", remove: (tag) => `移除标签 ${tag}` },

  tabs: {
    sweep: "超参数搜索",
    details: "详情",
    metrics: "指标",
    images: "图像",
    children: "子运行",
    files: "输出和日志",
    source: "快照",
  },

  run: {
    gone: (id) => `没有运行 ${id}。`,
    parts: "运行的各部分",
    parent: "父运行",
    rename: "重命名",
  },

  details: {
    description: "说明",
    noDescription: "暂无。",
    ranAs: "运行内容",
    times: "时间和资源",
    command: "命令",
    arguments: "参数",
    interpreter: "Python",
    folder: "提交目录",
    files: "文件",
    runAgain: "再次运行",
    cpu: "CPU 时间",
    memory: "内存峰值",
    exitCode: "退出码",
    signal: "信号",
    size: "大小",
    filesAndBytes: (files, size) => `${files.toLocaleString("en")} 个文件，${size}`,
    excluded: "未包含",
    nothing: "无",
    digest: "摘要",
    properties: "属性",
    environment: "运行的环境变量",
    packages: (n) => `${n} 个包`,
    prepared: "已构建的环境",
    failed: (code) => `运行失败（${code}）。`,
    traceback: "回溯",
  },

  metrics: {
    none: "此运行没有记录指标。",
    noneYet: "此运行尚未记录指标，一旦记录会显示在这里。",
    how: "脚本这样记录指标：",
  },

  charts,

  images: {
    none: "此运行没有记录图像。",
    how: "脚本这样记录图像：",
    compareWith: "并排显示",
    noOther: "不与其他运行并排",
    position: (n, of) => `第 ${n} 张，共 ${of} 张`,
    step: (n) => `第 ${n} 步`,
    notThere: (run) => `${run} 没有这张图像。`,
    cannotShow: (file) => `浏览器无法显示 ${file}，可以下载。`,
  },

  children: { none: "此运行没有子运行。", how: "运行这样创建子运行：" },

  files: {
    none: "此运行还没有文件。",
    how: "脚本写入 outputs/ 的内容会在结束时保留。",
    gone: (name) => `没有文件 ${name}。`,
    allAsZip: "全部打包下载",
    noPreview: "此文件无法预览，可以下载。",
  },

  log: {
    search: "搜索日志",
    begin: "开头",
    end: "结尾",
    follow: "跟随",
    position: "在日志中的位置",
    of: (here, all) => `${here} / ${all}`,
    empty: "没有写入任何内容。",
    emptyYet: "尚未写入内容，一旦写入会显示在这里。",
    linkTo: (offset) => `此行的链接（第 ${offset} 字节）`,
    previous: "上一个",
    next: "下一个",
    hits: (n, of) => (of === 0 ? "未找到" : `第 ${n} 行，共 ${of} 行`),
    searched: (percent) => `已搜索 ${percent} %`,
    written: "所见各行写入于",
  },

  source: {
    none: "没有快照。",
    why: "未要求快照，或无法创建：原因见运行详情。",
    asZip: "下载 zip",
    versus: "比较对象",
    noOther: "不比较",
    same: "相同",
    choose: "请选择文件。",
    noDifference: "两个快照相同。",
    difference: "差异",
    change: { removed: "已删除", added: "新增", changed: "已修改" },
    line: { same: "未变", removed: "已删除", added: "新增" },
  },

  compare,

  sweep,

  compute: {
    none: "没有计算目标。",
    slots: "槽位",
    use: (running, slots) => `已用 ${running} 个槽位，共 ${slots} 个。`,
    aliasOf: (target) => `${target} 的另一个名称。`,
    paused: "已暂停：不会启动新的运行。",
    howSlots: "一个槽位同时只运行一个，其余排队等待。槽位为 0 时不会启动任何运行。",
    active: (n) => `活动（${n}）`,
    queued: (n) => `排队（${n}）`,
    noneActive: "现在没有运行。",
    noneQueued: "没有排队的运行。",
    since: "排队时间",
    why: "等待原因",
    position: (n) => `队列中第 ${n} 个`,
  },

  models: {
    none: "还没有模型",
    how: "运行可以把它的文件注册为模型：",
    version: "版本",
    run: "运行",
    size: "大小",
    framework: "框架",
    gone: (number) => `没有模型 ${number}。`,
  },

  data,

  environments,
};
