extension Sheet {
    /// Names of firms and shops by how they end: 苏州恒达精密模具有限公司, 恒达五金厂, 老周面馆.
    mutating func hideFirms() {
        for end in stride(from: count, to: 0, by: -1) {
            let length = Firms.endings.length(endingAt: end, of: folded)
            guard length > 0, !(end < count && Firms.goesOn(folded[end], after: folded[end - 1])) else { continue }
            let stop = end - length
            let isRegistered =
                Firms.registered.length(endingAt: stop, of: folded) > 0 || Firms.registered.contains(folded[stop..<end])
            if let start = isRegistered ? startOfRegistered(stop) : startOfNamed(stop) { hide(start..<end) }
        }
    }

    /// Before 有限公司 and the like a name stands for certain: everything up to a mark or a word that no name has.
    private func startOfRegistered(_ stop: Int) -> Int? {
        var (start, own) = (stop, 0)
        while start > 0, stop - start < 36 {
            let place = start - 1
            let trade = max(
                Firms.trades.length(endingAt: start, of: folded), Firms.registered.length(endingAt: start, of: folded))
            if trade > 1 {
                start -= trade
                continue
            }
            let plain = own == 0 ? Firms.plain.length(endingAt: start, of: folded) : 0
            if plain > 1 {
                start -= plain
                continue
            }
            if isHidden[place] || folded[place] == "(" || folded[place] == ")" || folded[place] == "&" {
                start -= 1
                continue
            }
            if isBlank(place), stop - start < 24, isLetterOrDigit(place - 1) != isHan(place - 1), own < 2 || isLetter(start) {
                start -= 1
                continue
            }
            guard !isBoundary(place) else { break }
            // 向 in 转向系统 is no preposition.
            let isInside = place > 0 && Lexicon.count(folded[(place - 1)...place]) > 0
            let pronoun = Firms.pronouns.length(endingAt: start, of: folded)
            if pronoun > 1 || pronoun == 1 && own >= 2 && !isInside { break }
            if own >= 2, !isInside, Firms.links.contains(folded[place]) {
                start -= 1  // 和 may begin a name: better hidden
                break
            }
            (start, own) = (start - 1, own + 1)
        }
        return own > 0 ? start : nil
    }

    /// Before 公司, 厂, 店 a name may stand or a plain word: words of a trade, pronouns and verbs are no name.
    private func startOfNamed(_ stop: Int) -> Int? {
        var (start, own) = (stop, 0)
        while start > 0, stop - start < 12 {
            let place = start - 1
            if isHidden[place] {
                (start, own) = (start - 1, own + 2)
                continue
            }
            let lucky = Firms.lucky.length(endingAt: start, of: folded)
            if lucky > 0 {
                (start, own) = (start - lucky, own + lucky)
                continue
            }
            if own == 0, Firms.pronouns.length(endingAt: start, of: folded) > 1 { return nil }
            let plain =
                own == 0
                ? max(Firms.trades.length(endingAt: start, of: folded), Firms.plain.length(endingAt: start, of: folded)) : 0
            if plain > 0 {
                start -= plain
                continue
            }
            if own > 0,
                Firms.trades.length(endingAt: start, of: folded) > 1 || Firms.plain.length(endingAt: start, of: folded) > 1
            {
                break
            }
            if isCommonWord(endingAt: start) { break }
            if isBlank(place), isLetter(place - 1), start == stop {
                start -= 1
                continue
            }
            guard !isBoundary(place) else { break }
            // 公司A, B公司, XX厂 are names already blacked out.
            if own == 0, isLetter(place), !isLetterOrDigit(place - 1) || folded[place] == "x" { return nil }
            if Firms.pronouns.length(endingAt: start, of: folded) > 0 { break }
            if Firms.links.contains(folded[place]) {
                // 大华, 新兴, 恒大: such a character belongs to a name where it leaves too little without it.
                let isLead = own == 1 && start < stop
                let isTail =
                    own == 0 && isHan(place - 1) && !Firms.links.contains(folded[place - 1])
                    && Firms.pronouns.length(endingAt: place, of: folded) == 0
                    && Firms.plain.length(endingAt: place, of: folded) == 0
                    && Firms.endings.length(endingAt: place, of: folded) == 0
                    && Firms.trades.length(endingAt: place, of: folded) == 0 && Lexicon.count(folded[(place - 1)..<start]) == 0
                    && !Firms.verbs.contains(folded[place])
                guard isLead || isTail else { break }
                (start, own) = (start - 1, own + (isTail ? 1 : 2))
                continue
            }
            (start, own) = (start - 1, own + 1)
        }
        return own > 1 ? start : nil
    }

    /// 朋友, 参加 and other words that are met too often to name a firm, unless firms like to be called so.
    private func isCommonWord(endingAt end: Int) -> Bool {
        (2...4).contains { length in
            end >= length && Lexicon.count(folded[(end - length)..<end]) > 400
                && !Firms.lucky.contains(folded[(end - length)..<end])
        }
    }
}

/// What names of firms are made of.
enum Firms {
    /// The distinctive part of a firm's name: 苏州恒达 of 苏州恒达精密模具有限公司; the name itself where nothing else is left.
    static func core(of name: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var end = name.count
        var cut = true
        while cut {
            let length = max(
                endings.length(endingAt: end, of: name), registered.length(endingAt: end, of: name),
                trades.length(endingAt: end, of: name))
            cut = length > 0 && end - length >= 2
            if cut { end -= length }
        }
        return Array(name[..<end])
    }

    static func isKnownPlace(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool { places.contains(scalars) }

    /// 厂房, 店员 and the like are words of their own.
    static func goesOn(_ next: Unicode.Scalar, after last: Unicode.Scalar) -> Bool {
        switch last {
        case "厂": "房家长区商方子".unicodeScalars.contains(next)
        case "店": "铺面员长主家里名".unicodeScalars.contains(next)
        case "馆": "长员".unicodeScalars.contains(next)
        case "社": "会区保".unicodeScalars.contains(next)
        case "行": false
        default: false
        }
    }

    static let endings = WordList(
        """
        公司 集团 厂 店 工作室 事务所 合作社 商行 车行 经营部 门市部 加工部 服务部 超市 商场 酒店 饭店 宾馆 餐厅 餐馆 酒楼 面馆 茶馆 饭馆 菜馆
        诊所 医院 学校 中学 小学 幼儿园 研究院 研究所 大学 学院 银行 支行 农场 养殖场 牧场 基金会 作坊 影楼 药房 药店 会所 俱乐部 总店 分店 坊
        """)
    static let registered = WordList("有限 责任 有限责任 股份 集团 实业 控股 有限合伙 个人独资 总公司 分公司")

    /// Words of a trade, which many names share and which alone name nobody.
    static let trades = WordList(
        """
        精密 模具 五金 机械 机电 电子 电器 电气 科技 技术 信息 网络 软件 智能 自动化 设备 制造 加工 制品 塑料 塑胶 橡胶 注塑 铸造 锻造 冲压 焊接
        电镀 喷涂 钢铁 钢材 钢管 不锈钢 铝业 铜业 金属 材料 新材料 化工 化学 涂料 油漆 农药 化肥 医药 制药 药业 生物 医疗 器械 食品 饮料 酒业 酒 粮油
        粮食 面粉 茶叶 茶 水果 蔬菜 水产 海鲜 养殖 种植 农业 农产品 饲料 种子 林业 花卉 园艺 畜牧 服装 服饰 纺织 印染 针织 织造 鞋业 鞋 皮革 箱包 家纺
        家具 木业 木材 家居 装饰 装修 建筑 建材 建设 工程 水泥 砖 石材 玻璃 陶瓷 门窗 卫浴 灯具 照明 灯饰 印刷 包装 纸业 造纸 纸箱 纸 广告 文化 传媒 影视
        设计 咨询 管理 企业管理 商务 贸易 商贸 外贸 进出口 国际 国际贸易 实业 工贸 投资 金融 担保 保险 小额贷款 贷款 典当 租赁 物流 货运 运输 快递 仓储
        物业 房地产 地产 置业 开发 旅游 旅行社 餐饮 美容 美发 理发 美容美发 足疗 足浴 汽车 汽配 汽修 汽车配件 摩托 轮胎 加油 新能源 能源 电力 光伏 太阳能
        电池 电缆 电线 光电 光学 半导体 芯片 通信 通讯 手机 数码 电脑 计算机 仪器 仪表 仪器仪表 阀门 水泵 泵业 轴承 齿轮 紧固件 螺丝 弹簧 模型 玩具 文具
        工艺品 礼品 珠宝 首饰 眼镜 钟表 乐器 体育 健身 教育 培训 人力资源 劳务 劳务派遣 家政 保洁 保安 环保 环境 水务 水处理 废品 回收 再生资源 矿业 煤炭
        石油 天然气 燃气 化妆品 日化 洗涤 洗衣 干洗 母婴 百货 日用品 零售 批发 便利 便民 烟酒 副食 早餐 快餐 火锅 烧烤 小吃 面 面包 蛋糕 奶茶 咖啡 饮品 熟食
        烘焙 宠物 图文 打印 复印 摄影 婚庆 电商 电子商务 网 微 直播 供应链 知识产权 会计 财务 税务 律师 法律 审计 评估 检测 认证 职业 技工 工 农 农机 渔
        造船 船舶 航空 零部件 配件 零件 修理 维修 修车 机床 数控 刀具 磨具 工具 量具 液压 气动 电机 马达 变压器 开关 传感器 机器人 无人机 线束 连接器 线路板
        农家 民宿 客栈 房产 中介 药 书 花 布 米 油 肉 鱼 菜 煤 钢 铁 铜 铝 木 纱 丝 棉 毛纺 绣花 砂石 混凝土 防水 保温 消防 安防 监控 暖通 空调 制冷 锅炉 电梯
        商业 工业 股份 联合 发展 产业 服务 营销 策划 展览 会展 医 牙科 口腔 中医 眼科 骨科 妇产 人民 专科 职业技术 技术 师范 理工 财经 政法 工商 农村 商业 信用
        """)

    /// Words that say which kind of firm, or which of several, without naming it.
    static let plain = WordList(
        """
        有限 责任 有限责任 股份 集团 上市 国有 国企 民营 私营 私立 公立 个体 个人 独资 合伙 合资 外资 外企 家族 小微 中小 中型 大型 小型 微型 初创 创业
        高新 高新技术 传统 实体 线上 线下 网上 天猫 淘宝 京东 拼多多 抖音 连锁 加盟 直营 总 分 子 母 分支 关联 代理 代账 代工 代办 派遣 外包 中介 第三方
        用工 用人 原 前 现 新 老 旧 大 小 好 坏 同 外地 本地 当地 国外 国内 海外 附近 隔壁 对面 楼下 周边 家庭 自家 知名 著名 一般 普通 正规 皮包 空壳 骗子 传销
        网贷 信贷 催收 担保公司 搬家 供货 采购 销售 生产 供应商 客户 合作 服务 承包 发包 分包 建设单位 施工 设计 监理 甲方 乙方 对方 双方 债务 欠款 破产 倒闭
        注销 注册 成立 被告 原告 目标 拟上市 控股 投资 收购 并购 香港 台湾 美国 日本 德国 韩国 英国 中国 境外 外国 县 市 省 区 镇 乡 村 城 我 本 贵 该 此 某 这个
        其他 其它 别的 不同 各个 所有 很多 许多 有些 部分 整个 全部 同一 另一 任何 什么 哪个 哪家 多家 一些 之前 以前 现在 目前 后来 单位
        社会 事业 电子厂 服装厂 食品厂 化工厂 夜总会 专卖 专营 精品 特产 实体 门 网红 商 开设 经营 工厂 企业 法人 独立 独立法人 自然人 自然 挂靠 市场 子公司 该厂 包装厂 建议 入股 开 办 兼职 打工 上班 就职 应聘 离职 老家 自助 网约 第一 最大 唯一 4s 免税 跨境 对手 关 接 邻 改 县办 校办 国营 集体 按摩 糕点 美妆 聋人 盲人 政府 政府性 融资 出国 邮政 人寿 车间 仓库 自营 进口 二手 品牌 男装 女装 童装 潮牌
        """)

    /// Common words that firms like to be called.
    static let lucky = WordList(
        """
        长城 胜利 东方 红星 光明 和平 友谊 幸福 兴旺 永安 新华 黄河 长江 东风 前进 金龙 发达 成功 希望 未来 世纪 新世纪 阳光 太阳 月亮 星光 宏大 伟业 华夏 中华
        神州 九州 黄山 泰山 华山 长白山 天山 昆仑 珠峰 海洋 大洋 蓝天 白云 彩虹 春天 金牛 飞马 凤凰 孔雀 熊猫 飞鱼 梅花 牡丹 玫瑰 康乐 健康 平安 吉祥 如意 富强
        团结 先锋 先进 卓越 优秀 杰出 领先 创新 诚信 信义 远大 宏伟 美好 美丽 快乐 温馨 家园 乐园 绿洲 田园 山水 江南 北方 南方 西部 东海 南海 太湖 西湖 万里
        百姓 大众 人人 天天 第一 四季 三星 五星 七星 双喜 双龙 红旗 解放 建国 民生 民族 人和 天下 世界 环球 全球 太平洋 大地 黄金 钻石 水晶 珍珠 宝石
        """)

    /// What refers to a firm without being a name's part.
    static let pronouns = WordList(
        """
        我们 你们 他们 她们 咱们 您们 自己 人家 这家 那家 一家 两家 几家 某家 哪家 每家 该 本 贵 我 你 您 他 她 们 的 了 着 吗 呢 吧 啊 呀 是 叫 名叫 这 那 哪
        某 被 把 请 跟 给 让 与 向 等 在 从 当 其 也 都 就 还 不 没 没有 因为 所以 但是 如果 以及 或者 并 且 而 及 或 将 已 曾 只 最 很 更 可以 可 能 要 想 需要
        阿拉 关于 由于 对于 位于 来自 属于 通过 经过 开了 办了 买了 欠了 进了 去了 到了 一间 一个 两间 两个 三个 去年 今年 前年 明年 昨天 今天 明天 上月 公司 老板
        """)

    /// Characters that mostly stand between a sentence and a name, but are found in names too.
    static let links = CharacterList("和同有来为以到过用中新个由对去进开办做买卖租找问说告欠借投管帮入出离搞弄起收付签大小老多少高好里上下内外前后时间年月日家于所之全各每因如使会成种后又再无")
    static let verbs = CharacterList("有来为以到过用去进开办做买卖租找问说告欠借投管帮入出离搞弄收付签个")

    private static let places = WordList(
        """
        北京 天津 上海 重庆 河北 山西 内蒙古 辽宁 吉林 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆
        黑龙江 香港 澳门 台湾 中国 石家庄 唐山 太原 沈阳 大连 长春 哈尔滨 南京 无锡 徐州 常州 苏州 南通 扬州 镇江 泰州 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 台州 合肥
        芜湖 福州 厦门 泉州 南昌 济南 青岛 淄博 烟台 潍坊 郑州 洛阳 武汉 宜昌 长沙 株洲 广州 深圳 珠海 佛山 东莞 中山 惠州 南宁 海口 成都 绵阳 贵阳 昆明 西安 兰州
        西宁 银川 昆山 义乌 慈溪 张家港 江阴 常熟 太仓
        """)
}
