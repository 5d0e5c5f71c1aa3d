extension Sheet {
    /// Names of people by what stands around them: 张总, 李老板, 沈国强经理, 姓沈, 叫李娜, 老王, and full names that stand alone.
    mutating func hidePeople() {
        for place in 0..<count where folded[place].isHan {
            hideBeforeTitle(at: place)
            hideAfterWord(endingAt: place)
            hideFamiliar(at: place)
            hideStandingAlone(at: place)
        }
    }

    /// 张总, 沈国强经理: the name goes, the title stays.
    private mutating func hideBeforeTitle(at place: Int) {
        let length = People.titles.length(startingAt: place, of: folded)
        guard length > 0, place > 0 else { return }
        // 工人, 处理: the title is the beginning of another word.
        if length == 1, folded[place] != "总", place + 1 < count, Lexicon.count(folded[place...(place + 1)]) > 300 { return }
        for size in [4, 3, 2] where place >= size && isName((place - size)..<place) {
            hide((place - size)..<place)
            return
        }
        let surname = place - 1
        guard People.isCommon(folded[surname]) || length > 1 && People.surnames.contains(folded[surname]),
            !People.noSurnames.contains(folded[surname]), !People.particles.contains(folded[surname]),
            surname == 0 || folded[surname - 1] != folded[surname],
            Lexicon.count(folded[surname..<(place + min(length, 3))]) == 0
                || length > 1 && People.isCommon(folded[surname])
        else { return }
        if surname > 0, isHan(surname - 1), Lexicon.count(folded[(surname - 1)...surname]) > 200,
            !People.isCommon(folded[surname])
        {
            return
        }
        hide(surname..<place)
    }

    /// 姓沈, 叫李娜, 联系人：王伟, 我是周敏.
    private mutating func hideAfterWord(endingAt place: Int) {
        let length = People.announcers.length(endingAt: place + 1, of: folded)
        guard length > 0 else { return }
        var start = place + 1
        while start < count, start < place + 5, isBoundary(start) && folded[start] != "\n" || People.links.contains(folded[start])
        { start += 1 }
        if folded[place] == "姓" {
            guard start < count, !(place > 0 && People.noSurnameBefore.contains(folded[place - 1])), folded[start].isHan else {
                return
            }
            let own = start + (start + 1 < count && People.doubleSurnames.contains(folded[start...(start + 1)]) ? 2 : 1)
            guard People.surnames.contains(folded[start]) || own > start + 1 else { return }
            hide(start..<own)
            if own < count, folded[own] == "名" || folded[own] == "叫" {
                hide((own + 1)..<min(own + 3, count))
            } else if let end = endOfName(from: start) {
                hide(start..<end)
            }
        } else if let end = endOfName(from: start) {
            hide(start..<end)
        } else if isCapital(start), isLetter(start + 1) {
            var end = start
            while end < count, end - start < 24, isLetter(end) { end += 1 }
            hide(start..<end)
        }
    }

    /// 老王, 小沈, 阿强.
    private mutating func hideFamiliar(at place: Int) {
        guard place + 1 < count, ["老", "小", "阿", "大"].contains(folded[place]) else { return }
        let next = folded[place + 1]
        if folded[place] == "阿" {
            if isHan(place + 1), next != "拉", Lexicon.count(folded[place...(place + 1)]) == 0,
                !isHan(place - 1) || !People.isCommon(next)
            {
                hide(place..<(place + 2))
            }
            return
        }
        guard folded[place] != "大", People.familiar.contains(next) else { return }
        if place + 2 < count, Lexicon.count(folded[(place + 1)...(place + 2)]) > 0, !People.after.contains(folded[place + 2]) {
            return
        }
        if place > 0, isHan(place - 1), Lexicon.count(folded[(place - 1)...place]) > 300 { return }
        if Lexicon.count(folded[place...(place + 1)]) > 300 { return }
        hide((place + 1)..<(place + 2))
    }

    /// 沈国强 between marks or small words: three characters that are a name and no words, or two between marks.
    private mutating func hideStandingAlone(at place: Int) {
        guard !isHidden[place], opens(place) else { return }
        for size in [4, 3, 2] where place + size <= count {
            let range = place..<(place + size)
            guard isName(range),
                People.isCommon(folded[place]) || size == 4 || People.doubleSurnames.contains(folded[place...(place + 1)])
            else { continue }
            let closes =
                size == 2
                ? isBoundary(range.upperBound) && isBoundary(place - 1)
                : isBoundary(range.upperBound) || People.after.contains(folded[range.upperBound])
            guard closes else { continue }
            hide(range)
            return
        }
    }

    private func opens(_ place: Int) -> Bool { isBoundary(place - 1) || People.before.contains(folded[place - 1]) }

    /// Where the name that begins at `start` ends: a surname with one or two characters that may be a given name.
    private func endOfName(from start: Int) -> Int? {
        for size in [4, 3, 2] where start + size <= count && isName(start..<(start + size)) {
            if size == 3, Lexicon.count(folded[(start + 2)..<min(start + 4, count)]) > 0,
                People.particles.contains(folded[start + 2])
            {
                continue
            }
            return start + size
        }
        return nil
    }

    /// A surname and one or two characters that are no particles, and together no word.
    private func isName(_ range: Range<Int>) -> Bool {
        guard folded[range].allSatisfy(\.isHan) else { return false }
        let start = range.lowerBound
        let isDouble = range.count > 2 && People.doubleSurnames.contains(folded[start...(start + 1)])
        let given = (start + (isDouble ? 2 : 1))..<range.upperBound
        guard isDouble || People.isUsual(folded[start]), (1...2).contains(given.count) else { return false }
        guard !folded[given].contains(where: People.particles.contains) else { return false }
        if isDouble { return true }
        // 国强, 建国, 李娜 are words too, so what is a word must look like a given name.
        let looksGiven = folded[given].allSatisfy(People.given.contains)
        if Lexicon.count(folded[range]) > (looksGiven ? 500 : range.count == 2 ? 0 : 40) { return false }
        if range.count == 3, !looksGiven {
            return Lexicon.count(folded[start...(start + 1)]) <= 30 && Lexicon.count(folded[given]) <= 300
        }
        return true
    }
}

/// Surnames, titles and the words around names.
enum People {
    /// 国强 of 沈国强; nil where the name is not a surname with two more characters.
    static func givenName(of name: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        let own = name.count > 2 && doubleSurnames.contains(name[0...1]) ? 2 : 1
        guard name.count == own + 2, name.count <= 4, own == 2 || isUsual(name[0]), Lexicon.count(name[...]) == 0 else {
            return nil
        }
        return Array(name[own...])
    }

    /// Among the hundred and fifty commonest surnames.
    static func isCommon(_ scalar: Unicode.Scalar) -> Bool { (ranks[scalar] ?? .max) < 150 }
    /// Among the three hundred commonest, without those that are mostly small words.
    static func isUsual(_ scalar: Unicode.Scalar) -> Bool { (ranks[scalar] ?? .max) < 320 && !noSurnames.contains(scalar) }

    static let surnames: Set<Unicode.Scalar> = Set(ranks.keys)

    private static let ranks: [Unicode.Scalar: Int] = {
        var ranks: [Unicode.Scalar: Int] = [:]
        for (rank, row) in Bundled.rows("surnames.csv", separator: ",").dropFirst().enumerated() {
            if let surname = row.first?.unicodeScalars, surname.count == 1, let scalar = surname.first { ranks[scalar] = rank }
        }
        return ranks
    }()

    static let doubleSurnames = WordList(
        Bundled.rows("surnames.csv", separator: ",").compactMap(\.first).filter {
            $0.count == 2 && !["第五", "东方", "南门", "西门", "百里", "公西"].contains($0)
        }
        .joined(separator: " "))

    static let titles = WordList(
        """
        总 工 董 哥 姐 叔 姨 婶 嫂 爷 伯 婆 律 局 处 科 队 导 老板 老板娘 经理 总经理 副总 老总 厂长 副厂长 会计 出纳 主任 律师 师傅 先生 女士 小姐 太太 同志 老师
        教授 博士 医生 大夫 局长 科长 处长 镇长 村长 书记 主席 董事长 董事 总监 店长 站长 校长 院长 所长 部长 股长 队长 班长 组长 主管 助理 秘书 大哥 大姐 大叔
        阿姨 大爷 大妈 工程师 技术员 业务员 专家 老头 老太 法官 警官 某 氏 工头 包工头 股东 合伙人 主播 教练 师父 顾问
        """)

    static let announcers = WordList(
        """
        姓 姓名 名叫 叫做 叫 我是 本人 联系人 法人 法人代表 法定代表人 代表人 负责人 经办人 经手人 收件人 收款人 户名 厂长 老板 经理 业务员 会计 出纳 财务 客户 员工
        同事 朋友 股东 合伙人 债务人 债权人 师傅 名字 名为 找 问 署名 作者 担保人 介绍人 申请人 当事人 被告 原告 我叫 他叫 她叫 儿子 女儿 丈夫 妻子 老公 老婆 联系
        """)
    static let links = CharacterList("是叫为人的姓名")

    /// Surnames that are far more often other words.
    static let noSurnames = CharacterList("和有时原于能从代年全应车可国门公司明主水区商向成常万方安单计施员要都过那么是第将里来还但当因又之以已由自把被让就也很太最不没多少高文金白毛牛易温关包古干祝季路宁农项占费")
    static let noSurnameBefore = CharacterList("百同贵改异老")

    static let familiar = CharacterList("王李张刘陈杨黄吴赵周徐孙马朱胡林郭何罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁余蒋杜苏魏程吕丁沈任姚卢崔谭廖范汪陆贾韦夏邱侯邹熊孟秦江闫薛尹付雷黎龙钱贺陶顾郝邵严洪武傅莫孔汤")

    /// What no given name holds.
    static let particles = Set(
        "的了是在有和与跟同给向把被让请从到对为着过叫这那哪某个家我你您他她它们欠找去来于由以及或而但就都也还说问开办做买卖租想要会能可需将使用该每各两几多少没无很太又再因如果若并且所者吗呢吧啊呀等前后里上下内外帮入出搞弄借告诉收付签不什么怎样货款费税债厂店司总工板经理长员师姓名号位些月日时天年部级型类家人件性化阿拉组班"
            .unicodeScalars)

    static let given = Set(
        """
        国强建军伟芳娜敏静丽杰勇涛明超秀兰霞平刚桂英华玉红梅军林波辉志文斌鹏飞宇浩然晨雪梓轩子涵欣怡佳琪思雨嘉俊豪博天泽海峰山东亮龙云春晓燕凤琴珍莉萍玲艳娟倩雯洁婷颖
        淑惠慧美珠翠雅芝薇菁凡岚荷菊香月莺媛瑞佩琦宁蓓纨苑影咏卿聪澜纯毓悦昭冰爽琬茗羽希新利清彬富顺信良康星光永健世广义兴泉成荣仁庆福生胜学祥才发武贵卫振松善厚裕贤达安岩中茂进有坚和彪诚先敬震壮会思群豪心邦承乐绍功
        宏言若鸣朋梁栋维启克伦翔旭士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘正德水土根火金木连长喜全宝喜来财旺
        """.unicodeScalars.filter(\.isHan))

    /// After these a full name may begin, and before those it may end.
    static let before = CharacterList("是找问叫和与跟同由给请被让向的把到了为")
    static let after = CharacterList("是说在和与跟的来去问要给把被让请已做讲答欠有还也都从向想没不于到负签写办交付开打拿卖买收投批转借")
}
