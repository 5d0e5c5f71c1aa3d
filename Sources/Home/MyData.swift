import Holdings
import Identity
import Languages
import Markup
import Storage
import Values
import Web

/// What is kept about oneself, from all rooms: seen, put right, taken out, erased (个人信息保护法 arts. 44–47; P5).
struct MyData: Sendable {
    static let page = Path("account/data")

    /// Of all rooms, in the order in which erasing goes.
    let holdings: [Holding]

    private static let shown = 20

    private struct Shelf: Sendable {
        let holding: Holding
        let count: Int
        let entries: [Holding.Entry]
    }

    private struct Found: Sendable {
        let shelves: [Shelf]
        let looks: [(look: Unmasking.Look, name: String)]
    }

    func show(_ visit: Visit) async throws -> Answer {
        let (person, holdings) = (try visit.person(), holdings)
        let found = try await visit.read { reader in
            var shelves: [Shelf] = []
            // One statement for each table of the house, whatever the person has.
            for holding in holdings {
                let entries = try holding.entries(of: person, reader, open: false, limit: Self.shown + 1).filter { !$0.values.isEmpty }
                guard !entries.isEmpty else { continue }
                shelves.append(Shelf(holding: holding, count: entries.count > Self.shown ? try holding.count(of: person, reader) : entries.count, entries: Array(entries.prefix(Self.shown))))
            }
            let looks = try reader.looks(at: person)
            let names = try reader.names(of: looks.map(\.by))
            // What is the person's own first; what stays with the house, such as logs, last.
            let own = shelves.reversed().filter { $0.holding.fate != .stays }
            return Found(shelves: own + shelves.reversed().filter { $0.holding.fate == .stays }, looks: looks.map { ($0, names[$0.by] ?? "") })
        }
        return .page(
            Page(
                Words("我的数据", "My data"), width: .narrow, back: (Link(path: "/account"), Words("我的账号", "My account")),
                """
                \(title(Words("我的数据", "My data"), "\(Words("这里是助企存着的、与您有关的全部内容。可以看、改、带走、删除。", "All that Zhuqi keeps about you: to see, put right, take with you, or erase."))"))
                <div class="mb">\(button(DataExport.list(), Words("下载一份带走", "Take a copy with you"), kind: "btn go"))</div>
                \(looks(found, visit.now))
                <section class="mt" aria-labelledby="kept"><h2 class="h3" id="kept">\(Words("存着什么", "What is kept"))</h2>\(each: found.shelves, { shelf($0) })</section>
                <section class="mt panel" aria-labelledby="more"><h2 class="h3" id="more">\(Words("还能做什么", "What else you can do"))</h2><ul class="list">\
                <li class="row"><a class="hit" href="\(Link(path: "/account/consents"))">\(Words("撤回同意", "Withdraw a consent"))</a></li>\
                <li class="row"><a class="hit" href="\(Link(path: "/complaints/new"))">\(Words("有错、改不了？告诉我们", "Something is wrong and cannot be changed here? Tell us"))</a></li>\
                <li class="row"><a class="hit" href="\(Erasure.page())">\(Words("注销账号，删除数据", "Close the account and erase the data"))</a></li></ul></section>
                """))
    }

    private func looks(_ found: Found, _ now: Instant) -> HTML {
        let list: HTML =
            if found.looks.isEmpty { "<p class=\"soft\">\(Words("没有人看过。", "Nobody did."))</p>" } else {
                """
                <ul class="list">\(each: found.looks, { seen in
                    "<li><p><b>\(seen.name)</b>\(Words("　", " · "))\(time(seen.look.at))</p><p class=\"soft\">\(seen.look.reason)</p></li>"
                })</ul>
                """
            }
        return """
            <section class="mt" aria-labelledby="looks"><h2 class="h3" id="looks">\(Words("谁看过您的完整手机号", "Who looked at your whole mobile number"))</h2>\(list)</section>
            """
    }

    private func shelf(_ shelf: Shelf) -> HTML {
        let correct: HTML? = shelf.holding.correction.map { path in " <a href=\"\(Link(path: path))\">\(Words("去更正", "Put it right"))</a>" }
        let rest: HTML? = shelf.count > shelf.entries.count
            ? "<p class=\"soft\">\(Words("这里是前\(shelf.entries.count)条，全部在下载的文件里。", "The first \(shelf.entries.count); all of them are in the copy."))</p>" as HTML : nil
        return """
            <details class="more"><summary>\(shelf.holding.title) <span class="soft">\(shelf.count)</span></summary>
            <p class="hint">\(MyData.fate(shelf.holding))\(correct)</p>
            <ul class="list">\(each: shelf.entries, { entry in
                "<li><dl class=\"facts\">\(each: entry.values, { value in "<dt>\(value.words)</dt><dd\(attribute: "lang", Self.isChinese(value.text) ? "zh-Hans" : nil)>\(value.text.prefix(300))</dd>" })</dl></li>"
            })</ul>\(rest)</details>
            """
    }

    /// What is kept stands as it was written, whatever the language of the page.
    private static func isChinese(_ text: String) -> Bool { text.unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) } }

    /// What becomes of it when the account is closed.
    static func fate(_ holding: Holding) -> Words {
        switch holding.fate {
        case .deleted: Words("注销时删除", "Deleted when you close the account")
        case .emptied: Words("注销时清空", "Emptied when you close the account")
        case .blocked(let years): Words("注销后封存\(years)年，谁也看不到，到期删除", "Blocked for \(years) years when you close the account, seen by nobody, then deleted") + (holding.why.map { Words("：", ": ") + $0 } ?? Words("", ""))
        case .stays: Words("注销后保留", "Kept when you close the account") + (holding.why.map { Words("：", ": ") + $0 } ?? Words("", ""))
        }
    }
}
