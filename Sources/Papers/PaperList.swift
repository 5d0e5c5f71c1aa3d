import Identity
import Languages
package import Markup
import Storage
import Values
import Web

/// The papers that somebody may see: their own, or their institution's, among them those that still want a seal.
struct PaperList: Sendable {
    static let size = 30

    func show(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let isStaff = viewer.mayKnock(Permission<Sealing.Sight, Sealing>.see.grants)
        let isUnsealed = isStaff && visit.question("show") == "unsealed"
        let cursor = visit.question("before").flatMap { ID<Paper>($0) }
        let found = try await visit.read { reader in
            let all = try reader.papers(for: viewer, unsealedOn: isUnsealed ? now.day : nil, before: cursor, limit: PaperList.size + 1)
            return (all: all, sealings: try reader.sealings(ofPapers: all.map(\.id)), names: try reader.names(of: all.map(\.holder)))
        }
        let shown = Array(found.all.prefix(PaperList.size))
        let base = Paper.list().with([("show", isUnsealed ? "unsealed" : nil)])
        return .page(
            Page(
                Words("文书", "Papers"), word: "papers",
                """
                \(title(Words("文书", "Papers"), "\(Words("聘书、协议和证明，新的在前。", "Letters, agreements and certificates, the newest first."))"))
                \(isStaff ? """
                    <div class="chips mb"><a class="chip" href="\(Paper.list())"\(attribute: "aria-current", isUnsealed ? nil : "true")>\(Words("全部", "All"))</a>\
                    <a class="chip" href="\(Paper.list().with([("show", "unsealed")]))"\(attribute: "aria-current", isUnsealed ? "true" : nil)>\(Words("还没盖章", "Not sealed yet"))</a>\
                    <a class="chip" href="\(Sealing.register())">\(Words("用印登记", "Seal register"))</a></div>
                    """ as HTML : nil)
                \(shown.isEmpty ? nothing(isUnsealed) : table(shown, found.sealings, found.names, now))
                \(cursor == nil && found.all.count <= PaperList.size ? nil : pager(Words("新的在前", "Newest first"), next: found.all.count > PaperList.size ? (base.with([("before", shown.last?.id.text)]), Words("后\(PaperList.size)份", "Next \(PaperList.size)")) : nil, first: cursor == nil ? nil : base))
                """))
    }

    private func nothing(_ isUnsealed: Bool) -> HTML {
        isUnsealed
            ? empty(Words("没有等盖章的文书", "No paper waits for a seal"), Words("有效而还没盖章的文书会列在这里。", "Valid papers without a seal are listed here."))
            : empty(Words("还没有文书", "No papers yet"), Words("聘任、签协议、出具证明后，文书会出现在这里，可以下载，谁都能核验。", "After an appointment, an agreement or a certificate the paper appears here, to download and for anybody to check."), "<a class=\"btn\" href=\"\(Verify.page())\">\(Words("核验一份文书", "Check a paper"))</a>")
    }

    private func table(_ all: [Paper], _ sealings: [ID<Paper>: Sealing], _ names: [ID<Person>: String], _ now: Instant) -> HTML {
        """
        <table class="table dense fold"><caption class="hide">\(Words("文书", "Papers"))</caption><thead><tr><th scope="col">\(Words("文书", "Paper"))</th><th scope="col">\(Words("持有人", "Holder"))</th><th scope="col">\(Words("出具", "Issued"))</th><th scope="col">\(Words("状态", "Standing"))</th><th scope="col">\(Words("用印", "Seal"))</th></tr></thead>
        <tbody>\(each: all, { paper in
            """
            <tr><th scope="row"><a href="\(Paper.page(paper.id))">\(paper.kind.words)<br><span class="small">\(paper.number)</span></a></th>\
            <td data-label="\(Words("持有人", "Holder")())">\(names[paper.holder] ?? "")</td><td data-label="\(Words("出具", "Issued")())">\(paper.issued.day.spoken(now: now))</td>\
            <td data-label="\(Words("状态", "Standing")())">\(paper.standing(on: now.day).tag)</td><td data-label="\(Words("用印", "Seal")())">\(sealings[paper.id].map(\.tag))</td></tr>
            """
        })</tbody></table>
        """
    }
}

extension Paper.Standing {
    /// As a word on a list.
    package var tag: HTML {
        switch self {
        case .valid: Web.tag(Words("有效", "Valid"), .good)
        case .expired: Web.tag(Words("已过期", "Expired"), .wait)
        case .replaced: Web.tag(Words("已换发", "Replaced"), .wait)
        case .suspended: Web.tag(Words("暂停使用", "Suspended"), .wait)
        case .revoked: Web.tag(Words("已撤销", "Revoked"), .bad)
        }
    }
}

extension Reader {
    /// What the viewer may see, the newest first; `unsealedOn` leaves those that are valid on that day and bear no seal yet.
    func papers(for viewer: Viewer, unsealedOn day: Day?, before: ID<Paper>?, limit: Int) throws -> [Paper] {
        let scope = viewer.scope(Permission<Paper.Sight, Paper>.see.grants, institution: "p.institution", region: "p.region") { _, person in "p.holder = \(person)" }
        let unsealed: SQL? = day.map { day in
            """
            and r.paper is null and s.id is null and n.id is null and (p.valid_until is null or p.valid_until >= \(day))
            and not exists (select 1 from sealing x join seal_register l on l.sealing = x.id where x.paper = p.id)
            """
        }
        return try rows("\(Paper.columns) where \(scope) \(unsealed) \(before.map { "and p.id < \($0)" as SQL }) order by p.id desc limit \(limit)", Paper.init)
    }

    /// The newest application for each paper's seal.
    func sealings(ofPapers ids: [ID<Paper>]) throws -> [ID<Paper>: Sealing] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(
            try rows("\(Sealing.columns) where s.paper in (\(list: ids)) order by s.id limit 1000", Sealing.init).map { ($0.paper, $0) }, uniquingKeysWith: { $1 })
    }
}
