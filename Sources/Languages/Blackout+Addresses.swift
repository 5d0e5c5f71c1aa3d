extension Sheet {
    /// Mail and web addresses, and names of accounts after a word that announces one.
    mutating func hideAddresses() {
        for run in runs(where: Sheet.isOfAddress) {
            if folded[run].contains("@") || isWebAddress(run) { hide(run) }
        }
        for place in 0..<count where folded[place] == "@" && isHan(place + 1) {
            var end = place + 1
            while end < count, end - place <= 12, !isBoundary(end) { end += 1 }
            hide(place..<end)
        }
        hideAccounts()
    }

    private func isWebAddress(_ run: Range<Int>) -> Bool {
        guard run.count > 3, folded[run].contains(where: { $0 == "." || $0 == ":" || $0 == "_" }) else { return false }
        let text = String(String.UnicodeScalarView(folded[run]))
        if text.contains("://") || text.contains("www.") || text.hasPrefix("wxid_") { return true }
        guard let host = text.split(whereSeparator: { "/?#:".contains($0) }).first else { return false }
        let labels = host.split(separator: ".")
        guard labels.count > 1, let last = labels.last else { return false }
        return Sheet.topDomains.contains(String(last))
    }

    /// 微信号: shenmu_88, 加V hengda2020, 公众号“恒达模具”.
    private mutating func hideAccounts() {
        for place in 0..<count {
            let length = announcer(at: place)
            guard length > 0 else { continue }
            var start = place + length
            let limit = start + 8
            while start < min(count, limit),
                isBoundary(start) && !Sheet.quotes.contains(folded[start]) || Sheet.links.contains(folded[start])
            {
                start += 1
            }
            while start < count, folded[start] == "i" && holds("id", at: start) && !isLetter(start + 2) || folded[start] == ":" {
                start += folded[start] == ":" ? 1 : 2
            }
            while isBlank(start) || start < count && folded[start] == ":" { start += 1 }
            guard start < count else { continue }
            var end = start
            if Sheet.quotes.contains(folded[start]) {
                end += 1
                while end < count, end - start < 24, !Sheet.closings.contains(folded[end]) { end += 1 }
                hide((start + 1)..<end)
            } else {
                while end < count, end - start < 40, isLetterOrDigit(end) || folded[end] == "_" || folded[end] == "-" { end += 1 }
                if end - start >= 3, !Sheet.ordinaryLatin.contains(String(String.UnicodeScalarView(folded[start..<end]))) {
                    hide(start..<end)
                }
            }
        }
    }

    private func announcer(at place: Int) -> Int {
        let length = Sheet.announcers.length(startingAt: place, of: folded)
        guard length > 0, folded[place].isSmallLetter else { return length }
        return isLetter(place - 1) || isLetterOrDigit(place + length) && !isDigit(place + length) ? 0 : length
    }

    private static func isOfAddress(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isSmallLetterOrDigit || "@._-%+/:?&=#~".unicodeScalars.contains(scalar)
    }

    private static let announcers = WordList(
        """
        微信号 微信 加微 威信 薇信 v信 加v 加vx wx vx qq 扣扣 企鹅号 抖音号 抖音 快手号 快手 公众号 视频号 小红书 支付宝 钉钉 旺旺
        店名 店铺名 品牌 品牌名 商标 字号 招牌 厂名 公司名 户名 开户名 账号 帐号 账户 帐户 用户名 skype
        """)
    private static let links = CharacterList("是叫为同号名的加用户")
    private static let quotes = CharacterList("“\"「『《‘'【")
    private static let closings = CharacterList("”\"」』》’'】，。\n")
    private static let ordinaryLatin: Set<String> = [
        "app", "erp", "crm", "api", "mes", "oem", "pay", "and", "for", "the", "number", "account",
    ]
    private static let topDomains: Set<String> = [
        "com", "cn", "net", "org", "top", "xyz", "io", "gov", "edu", "cc", "vip", "shop", "site", "tech", "ltd", "online", "info",
        "biz", "me", "tv", "hk", "tw", "uk", "de", "jp", "us", "eu", "store", "wang", "club", "work", "link", "pro", "app", "dev",
    ]
}
