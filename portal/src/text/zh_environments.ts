// SPDX-License-Identifier: Apache-2.0
// Chinese: texts of the environments.
import type { Text } from "./en.ts";

export const environments: Text["environments"] = {
  none: "还没有环境",
  how: "笔记本这样注册环境：",
  packages: "包",
  variables: "变量",
  definition: "定义（JSON）",
  requested: "所要求的 Python",
  userManaged: "由用户管理：不安装任何包，运行直接使用该 Python 已有的包。",
  used: "实际使用的 Python",
  recordedBy: "记录于",
  noUse: "所查看的最近运行均未使用此环境。",
  built: "已构建的环境",
  before: "软件包早于",
  builtBy: "构建工具",
  cost: "开销",
  timeAndSize: (time, size) => `${time}，${size}`,
  builtAt: "构建时间",
  builtFor: "为此运行构建",
  foundReady: "在此运行之前",
  replaced: "替换的版本",
  lastUsed: "最近使用的运行",
  among: (n) => `最近 ${n.toLocaleString("en")} 次运行所用的环境。`,
};
