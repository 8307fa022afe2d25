// SPDX-License-Identifier: Apache-2.0
// Chinese: texts of the comparison of runs.
import type { Text } from "./en.ts";

export const compare: Text["compare"] = {
  title: "比较运行",
  nothing: "还没有可比较的运行",
  how: "在运行列表中选择两个或更多运行，然后点击“比较”。",
  tabs: { differences: "差异", charts: "图表", images: "图像", scatter: "散点图", source: "源代码" },
  hide: (run) => `移除 ${run}`,
  show: (run) => `重新显示 ${run}`,
  noCharts: "这些运行都没有多次记录过同一指标。",
  noScatter: "没有两个至少为两次运行所共有的数值。",
  from: (older, newer) => `从 ${older} 到 ${newer}`,
  showEqual: "也显示相同的内容",
  noDifferences: "没有差异。",
  fact: "项目",
  group: {
    argument: "参数",
    metric: "指标（最新值）",
    tag: "标签",
    property: "属性",
    interpreter: "Python",
    package: "包",
    source: "源代码",
    environment: "环境变量",
  },
  positional: (n) => `第 ${n} 个无名参数`,
  commandLine: "命令行",
  compared: "已比较以下内容：",
  groupOf: (group, n) => `${group}：${n}`,
  firstOnly: (n, all) => `仅比较 ${all} 次运行中的前 ${n} 次。`,
  gone: (n) => `其中 ${n} 次运行已不存在。`,
  logOf: (axis) => `${axis}：对数坐标`,
  omitted: (n, all) => `${all} 次运行中有 ${n} 次未绘制：`,
  whyOmitted: {
    absent: (name) => `没有 ${name}`,
    notFinite: (name) => `${name} 为 NaN 或无穷大`,
    noNumber: (name) => `${name} 不是数值`,
    notPositive: (name) => `${name} 不大于零，无法在对数坐标上显示`,
  },
  yAxis: "纵轴",
  against: (y, x) => `${y} 对 ${x}`,
};
