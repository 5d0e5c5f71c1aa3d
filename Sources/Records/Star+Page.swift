import Cases
import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Values
import Web

struct StarPages: Sendable {
    let reference: Reference
    let terms: ServiceRecord.Terms

    /// For the expert's own page: what they have, and the one button when more is due.
    static func panel(_ stars: [Star], minutes: Int, carried: Int) -> HTML {
        let held = stars.filter(\.isHeld).map(\.level).max() ?? 0
        let lost = stars.first { $0.withdrawn != nil && $0.level > held }
        let reached = Star.level(minutes)
        let next = Star.hours.first { minutes < $0 * 60 }
        let isAsked = stars.contains { $0.level == reached && $0.isOpen }
        return """
            <section class="panel"><h2>\(Words("星级", "Stars"))</h2><p>\(held > 0 ? Star.words(held) : lost == nil ? Words("还没有星级", "No star yet") : Words("现在没有星级", "No star now"))</p>\
            \(isAsked ? nil : lost.map { "<p class=\"small\">\(Star.words($0.level))\(why($0))</p>" as HTML })\
            \(carried > 0 ? "<p class=\"small\">\(Words("含带入的\(Minutes(carried).words.chinese)", "With \(Minutes(carried).words.english) carried over"))</p>" as HTML : nil)\
            \(next.map { "<p class=\"small soft\">\(Words("下一级满\($0)小时", "The next level is at \($0) hours"))</p>" as HTML })\
            \(reached > held ? isAsked ? "<p class=\"small\">\(Words("申请了，等机构核对", "Applied for; the institution checks"))</p>" as HTML : button(Star.list(), Words("申请\(Star.words(reached).chinese)", "Apply for \(Star.words(reached).english)")) : nil)\
            <p class="small mt"><a href="\(Carried.list())">\(Words("带入其他机构的记录", "Carry over records of others"))</a></p></section>
            """
    }

    /// Why a star is withdrawn; the record that was corrected says the rest.
    private static func why(_ star: Star) -> HTML? {
        star.withdrawn.map { withdrawal in
            """
            \(star.awarded == nil ? Words("的申请撤下了：", ": the application is withdrawn. ") : Words("撤回了：", ": withdrawn. "))<a href="\(ServiceRecord.page(withdrawal.record))">\(Words("有一条记录", "A record"))</a>\
            \(Words("在\(withdrawal.at.day.date().chinese)更正，累计\(withdrawal.minutes.words.chinese)，不到\(star.hours)小时", " was corrected on \(withdrawal.at.day.date().english): \(withdrawal.minutes.words.english) in all, below \(star.hours) hours"))\
            \(Words("。够了可以再申请。", ". It can be asked for again once they suffice."))
            """
        }
    }

    func apply(_ visit: Visit) async throws -> Answer {
        let form = try await visit.form([])
        let (occasion, terms) = (Occasion(visit, days: reference.workingDays), terms)
        let link = try await visit.write(once: form) { tx in
            try tx.askForStar(by: occasion, terms: terms)
            return ServiceRecord.list()
        }
        return .see(link, saying: Words("申请收到了，\(terms.certificate)个工作日内答复", "Received; an answer comes within \(terms.certificate) working days"))
    }

    private static let pageSize = 30

    func list(_ visit: Visit) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let isOpen = visit.question("show") != "all"
        let before = visit.question("before").flatMap { ID<Star>($0) }
        let found = try await visit.read { reader in
            let scope = viewer.scope(Permission<See, Star>.see.grants, institution: "q.institution", region: "q.region") { _, _ in nil }
            let stars = try reader.stars("\(scope) \(isOpen ? "and a.at is null and w.at is null" as SQL : "") \(before.map { "and q.id < \($0)" as SQL })", limit: Self.pageSize + 1)
            return (stars: stars, names: try reader.names(of: stars.map(\.person)), minutes: try reader.starMinutes(of: stars.map(\.person)))
        }
        let shown = found.stars.prefix(Self.pageSize)
        let heading = Words("星级申请", "Applications for stars")
        return .page(
            Page(
                heading, word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")),
                """
                \(title(heading, "\(Words("按累计计入的时长，由没有参与的人评定。", "By all hours that count; given by somebody else."))"))
                \(openOrAll(Star.list(), isOpen: isOpen))
                \(shown.isEmpty ? empty(isOpen ? Words("没有要核对的申请", "No application to check") : Words("还没有申请", "No applications yet"), Words("专家满100小时可以申请一星，申请会排在这里。", "An expert may apply for the first star at 100 hours; the application then stands here.")) : """
                    <ul class="list">\(each: shown, { it in
                        "<li><div class=\"row\"><span class=\"grow\">\(found.names[it.person] ?? "")　\(Star.words(it.level))<br><span class=\"soft small\">\(Words("累计", "In all "))\((found.minutes[it.person] ?? Minutes(0)).words)\(Words("　", " · "))\(it.at.spoken(now: now))\(Self.why(it).map { "<br>\(Star.words(it.level))\($0)" as HTML })</span></span>\(it.withdrawn != nil ? tag(Words("已撤回", "Withdrawn"), .plain) : it.awarded != nil ? tag(Words("已评定", "Given"), .good) : Star.level(found.minutes[it.person]?.count ?? 0) < it.level ? tag(Words("时长不够了", "Too few hours now"), .wait) : viewer.could(.award, it) && viewer.person != it.person ? button(Star.award(it.id), Words("评为\(Star.words(it.level).chinese)", "Give \(Star.words(it.level).english)")) : tag(Words("待核对", "To be checked"), .wait))</div></li>"
                    })</ul>
                    """ as HTML)
                \(found.stars.count > Self.pageSize ? pager(Words("新的在前", "Newest first"), next: shown.last.map { (Star.list().with([("show", isOpen ? nil : "all"), ("before", $0.id.text)]), Words("看更早的", "Earlier ones")) }) : nil)
                """))
    }

    func award(_ visit: Visit, _ id: ID<Star>) async throws -> Answer {
        let form = try await visit.form([])
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try tx.awardStar(id, by: occasion)
            return Star.list()
        }
        return .see(link, saying: Words("评定了，已告诉专家", "Given; the expert was told"))
    }
}
