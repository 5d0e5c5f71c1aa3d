extension Sheet {
    /// Licence plates: 苏E·12345, 沪AD12345.
    mutating func hidePlates() {
        for place in 0..<count where Sheet.provinces.contains(folded[place]) && isLetter(place + 1) {
            var start = place + 2
            if start < count, ["·", ".", "-", " ", "•"].contains(folded[start]) { start += 1 }
            var end = start
            while end < count, end - start < 7, isLetterOrDigit(end) { end += 1 }
            guard (5...6).contains(end - start), folded[start..<end].count(where: \.isDigit) >= 2 else { continue }
            if end < count, ["学", "警", "挂", "港", "澳", "领", "使"].contains(folded[end]) { end += 1 }
            hide(place..<end)
        }
    }

    /// What ends like a place: 江苏省, 玉山镇, 前进西路88号, 3栋502室. Regions without their ending are the caller's to name.
    mutating func hidePlaces() {
        for end in 1...max(count, 1) where end <= count {
            let length = Sheet.endings.length(endingAt: end, of: folded)
            if length > 0, !(end < count && Sheet.goesOn(folded[end], after: folded[end - 1])) {
                hidePlace(before: end - length, ending: (end - length)..<end)
            }
            if Sheet.counters.contains(folded[end - 1]), isNumeralOrHidden(end - 2) { hideDoor(endingAt: end) }
        }
    }

    private mutating func hidePlace(before stop: Int, ending: Range<Int>) {
        var start = stop
        while start > 0, stop - start < 4, folded[start - 1].isHan, !isHidden[start - 1] {
            if stop - start >= 2, Sheet.links.contains(folded[start - 1]) { break }
            if stop == start, Sheet.never.contains(folded[start - 1]) { return }
            start -= 1
        }
        guard stop > start else { return }
        // 超市, 思路, 小区 and other words end like places and are none.
        let known = Sheet.noPlaces.length(endingAt: ending.upperBound, of: folded)
        if known > 0 { return }
        let isWord = Lexicon.count(folded[(ending.upperBound - 2)..<ending.upperBound]) > 0
        let isNumbered = ending.upperBound < count && isDigit(ending.upperBound)
        // 弯路 and 条街 are words whatever stands before; 青龙山镇 is a place though 山镇 were a word.
        let isRoad = "路街弄区".unicodeScalars.contains(folded[ending.lowerBound])
        if ending.count == 1, isWord, !isNumbered, isRoad || stop - start == 1 { return }
        // Of what stands before, words such as 位于 or 我们 are no part of it.
        for word in Lexicon.words(in: folded[start..<stop]).reversed() where word.count >= 2 && word.upperBound < stop {
            if Sheet.ordinaryBefore.contains(folded[word]) {
                start = word.upperBound
                break
            }
        }
        // 内蒙古 before 通辽市
        for length in [3, 2] where start >= length && Firms.isKnownPlace(folded[(start - length)..<start]) { start -= length }
        if stop - start == 4, start >= 1, Firms.isKnownPlace(folded[(start - 1)..<min(start + 2, stop)]) { start -= 1 }
        hide(start..<ending.upperBound)
    }

    /// 88号, 3栋, 502室 after a number.
    private mutating func hideDoor(endingAt end: Int) {
        var start = end - 1
        while start > 0, end - start < 12, isDigitOrHidden(start - 1) || folded[start - 1] == "-" || isLetter(start - 1) {
            start -= 1
        }
        if folded[start..<(end - 1)].contains(where: { $0.isDigit || $0.isHan }) { hide(start..<end) }
    }

    /// 市场, 路演, 区间, 镇长 are words of their own.
    private static func goesOn(_ next: Unicode.Scalar, after last: Unicode.Scalar) -> Bool {
        let onward =
            switch last {
            case "市": "场民值面里级长区县"
            case "省": "里级钱心力电事去得下时长市"
            case "区": "间别分里级长域块县"
            case "县", "镇", "村": "里级长民子委干上"
            case "乡": "镇村里亲下"
            case "路": "演径口由线过费程子上人"
            case "街": "道边头上坊"
            default: ""
            }
        return onward.unicodeScalars.contains(next)
    }

    private func isNumeralOrHidden(_ place: Int) -> Bool {
        place >= 0 && place < count && (folded[place].isDigit || isHidden[place])
    }
    private func isDigitOrHidden(_ place: Int) -> Bool { isDigit(place) || place >= 0 && place < count && isHidden[place] }

    private static let provinces = CharacterList("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
    private static let endings = WordList("省 市 区 县 镇 乡 村 路 街 街道 大道 大街 胡同 新村 花园 小区 大厦 广场 工业园 园区 开发区 科技园 产业园 社区")
    private static let counters = CharacterList("号栋幢弄室楼")
    private static let links = CharacterList("在于到从去来往至住是和与的了我你他她您们向由")
    private static let never = CharacterList("的了我你他她您们这那哪各本该全某每个条整一两几多外内新老旧大小同此在到有好走")
    private static let ordinaryBefore = WordList("位于 来自 我们 他们 在于 搬到 住在 地址 坐落 公司 工厂 我厂 附近 整个 进入 落户 注册 入驻")
    private static let noPlaces = WordList(
        """
        超市 城市 上市 股市 都市 夜市 门市 集市 楼市 入市 全市 本市 市区 地区 园区 小区 社区 区域 城区 景区 郊区 厂区 山区 灾区 专区 片区 学区
        辖区 院区 库区 特区 住宅区 办公区 生产区 仓库区 条路 弯路 后路 退路 销路 思路 出路 电路 线路 马路 公路 铁路 道路 网路 一路 半路 顺路 走路
        套路 回路 短路 管路 油路 气路 门路 财路 生路 活路 同路 让路 修路 高速公路 农村 乡村 山村 城镇 乡镇 村镇 老乡 家乡 故乡 下乡 返乡 城乡 同乡
        逛街 上街 商业街 步行街 中小区 产业园 科技园 工业园 开发区 高新区 工业园区 保税区 自贸区 试验区 示范区 科技园区 产业园区 老城区 各地区
        文化广场 购物广场 误区 分区 禁区 战区 盲区 时区 选区 牧区 湖区 校区 矿区 新区 服务区 休息区 直播区 街区 县区 市县 区县 玩弄 戏弄 捉弄 摆弄
        糊弄 愚弄 嘲弄 卖弄 自治区 一条街 发展大道 节省 反省 外省 全省 本省 跨省 各省 两省 省市 邻省 费用省 成本省 全县 本县 各县 全村 本村 各村 新村
        示范村 贫困村 城中村 专业村 美丽乡村 特色小镇 古镇 小镇 集镇 全镇 本镇
        """)
}
