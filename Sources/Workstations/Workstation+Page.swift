import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Volunteers
import Web

extension Workstation {
    private static let perPage = 30

    static let name = Field<String>.text("name", Words("工作站名称", "Name of the workstation"), longest: 60)
    static let telephone = Field<String>.text("telephone", Words("电话", "Telephone"), longest: 30, control: .line(type: "tel", keyboard: "tel", short: true))
    static let number = Field<String>.text("number", Words("认定文号", "Number of the accreditation"), longest: 40)
    static let from = Field<Day>.day("from", Words("从哪天", "From"))
    static let until = Field<Day>.day("until", Words("到哪天", "Until"), hint: Words("最后一天", "The last day"))
    static func region(_ area: RegionCode) -> Field<RegionCode> {
        .region("region", Words("地区", "Region"), hint: Words("联络员能看到和录入这个地区的需求", "Its liaisons see and enter the needs of this region"), within: area)
    }

    // MARK: List

    static func showList(_ visit: Visit) async throws -> Answer {
        let viewer = visit.viewer
        let scope = viewer.scope(Permission<Workstation, Workstation>.see.grants, institution: "w.institution", region: "w.region", own: { _, _ in nil })
        let after = visit.question("after").flatMap { ID<Organisation>($0) }
        let shown = try await visit.read { try $0.find(scope: scope, after: after, limit: perPage) }
        let mayEnter = viewer.mayKnock(Permission<Workstation, Workstation>.enter.grants)
        let total = shown.total > 1000 ? Words("1,000多", "more than 1,000") : Words(same: grouped(shown.total))
        let enter: HTML? = mayEnter ? "<a class=\"btn go\" href=\"\(new())\">\(Words("录入工作站", "Enter a workstation"))</a>" : nil
        return .page(
            Page(
                Words("工作站", "Workstations"), word: "workstations",
                """
                <div class="row"><h1>\(Words("工作站", "Workstations"))</h1><span class="soft">\(Words("\(total.chinese)个，新录入的在前", "\(total.english), newest first"))</span><span class="end row">\(shown.workstations.isEmpty ? nil : enter)</span></div>
                \(shown.workstations.isEmpty ? empty(Words("还没有工作站", "No workstations yet"), Words("园区、集群、孵化基地里的工作站就近收集需求。录入后可以邀请联络员。", "Workstations in parks, clusters and start-up bases collect needs close by. Once one is entered you can invite its liaisons."), enter) : table(shown.workstations, now: visit.now))
                \(shown.workstations.isEmpty ? nil : pager(Words("共\(total.chinese)个", "\(total.english) in all"), next: shown.more ? (list().with([("after", shown.workstations.last?.id.text)]), Words("后面\(perPage)个", "Next \(perPage)")) : nil, first: after == nil ? nil : list()))
                """))
    }

    private static func table(_ all: [Workstation], now: Instant) -> HTML {
        """
        <table class="table dense fold"><caption class="hide">\(Words("工作站，新录入的在前", "Workstations, newest first"))</caption><thead><tr>\
        <th scope="col">\(Words("名称", "Name"))</th><th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(Words("文号", "Number"))</th><th scope="col">\(Words("有效期", "Term"))</th></tr></thead><tbody>\(each: all, { one in
            """
            <tr><th scope="row"><a href="\(page(one.id))">\(one.name)</a></th><td data-label="\(Words("地区", "Region"))">\(one.place)</td>\
            <td data-label="\(Words("文号", "Number"))">\(one.number)</td><td data-label="\(Words("有效期", "Term"))">\(one.standing(now.day))</td></tr>
            """
        })</tbody></table>
        """
    }

    private var place: Words { RegionCode(region).map(Regions.bundled.path) ?? Words(same: region) }

    private func standing(_ day: Day) -> HTML {
        isAccredited(on: day) ? "\(Words("至\(until)", "until \(until)"))" : day < from ? tag(Words("\(from)起", "from \(from)"), .wait) : tag(Words("\(until)已到期", "ended \(until)"), .bad)
    }

    // MARK: One

    static func show(_ visit: Visit, _ id: ID<Organisation>, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let shown = try await visit.read { reader in
            guard let workstation = try reader.workstation(id) else { throw Problem.notFound }
            guard viewer.could(Permission<Workstation, Workstation>.see, workstation) else { throw Problem.notFound }
            let (serving, invited) = try reader.liaisons(of: id, now: now)
            return (workstation: workstation, serving: serving, invited: invited)
        }
        let one = shown.workstation
        let mayInvite = viewer.could(Permission<Liaison, Workstation>.invite, one) && one.until >= now.day
        return .page(
            Page(
                Words(same: one.name), word: "workstations", back: (list(), Words("工作站", "Workstations")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: one.name), "\(one.place)"))
                \(form.summary)
                <div class="cols"><div class="stack">
                <dl class="facts"><dt>\(Words("文号", "Number"))</dt><dd>\(one.number)</dd><dt>\(Words("有效期", "Term"))</dt><dd>\(one.from.full())\(Words("至", " to "))\(one.until.full())</dd>\
                \(one.telephone.isEmpty ? nil : "<dt>\(Words("电话", "Telephone"))</dt><dd><a href=\"\(Link(telephone: one.telephone))\">\(one.telephone)</a></dd>")</dl>
                \(one.until < now.day ? say(.bad, "<p>\(Words("认定已到期，联络员从\((one.until + 1).full().chinese)起不能再办事", "The accreditation has ended; since \((one.until + 1).full().english) its liaisons can no longer act"))</p>") : one.from > now.day ? say(.wait, "<p>\(Words("认定从", "The accreditation, and with it the liaisons' role, begins on ") + one.from.full() + Words("开始，联络员也从那天起办事", ""))</p>") : nil)
                <h2>\(Words("联络员", "Liaisons"))</h2>
                \(shown.serving.isEmpty && shown.invited.isEmpty ? "<p class=\"soft\">\(Words("还没有联络员。邀请一位，这个地区的需求就有人收集。", "No liaison yet. Invite one, and somebody collects the needs of this region."))</p>" : liaisons(one, shown.serving, shown.invited, mayInvite: mayInvite, now: now))
                </div>
                \(mayInvite ? invitation(one, form) : nil)</div>
                """))
    }

    private static func liaisons(_ one: Workstation, _ serving: [Profile], _ invited: [Liaison], mayInvite: Bool, now: Instant) -> HTML {
        """
        <ul class="list">\(each: serving, { person in
            """
            <li><div class="row"><span><b>\(person.name)</b> <span class="soft small">\(mayInvite ? person.mail ?? "" : "")</span></span>\
            \(mayInvite ? "<span class=\"end\">\(button(Liaison.ending(Two(one.id, person.id)), Words("结束\(person.name)的联络员身份", "End \(person.name)'s role"), kind: "btn quiet"))</span>" as HTML : nil)</div></li>
            """
        })\(each: mayInvite ? invited : [], { liaison in
            """
            <li><div class="row"><span><b>\(liaison.name)</b> <span class="soft small">\(liaison.mail)</span> \(tag(Words("还没开通", "Not opened yet"), .wait))</span>\
            <span class="end">\(button(Liaison.list(one.id), Words("重新邀请\(liaison.name)", "Invite \(liaison.name) again"), kind: "btn quiet", fields: [("liaison", liaison.name), ("mail", liaison.mail)]))</span></div>\
            <p class="small soft">\(Words("邀请于", "Invited "))\(liaison.invitedAt.spoken(now: now))</p></li>
            """
        })</ul>
        """
    }

    private static func invitation(_ one: Workstation, _ form: Form) -> HTML {
        """
        <section class="panel"><h2>\(Words("邀请联络员", "Invite a liaison"))</h2>
        \(Web.form(Liaison.list(one.id), """
            \(form.show(Liaison.nameField))\(form.show(Liaison.mailField))\
            <p><button class="btn go wide">\(Words("发邀请", "Send the invitation"))</button></p>
            """))</section>
        """
    }

    // MARK: Entering

    private static func institution(_ visit: Visit) async throws -> (id: ID<Organisation>, area: RegionCode) {
        let may = try visit.viewer.may(Permission<Workstation, Workstation>.enter)
        guard let id = may.organisation, let found = try await visit.read({ try $0.organisation(id) }), found.kind == .institution,
            let area = RegionCode(found.region)
        else { throw Problem.notFound }
        return (id, area)
    }

    static func showNew(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let (_, area) = try await institution(visit)
        var form = form
        form.fill(from, "\(visit.now.day)")
        return .page(
            Page(
                Words("录入工作站", "Enter a workstation"), word: "workstations", width: .narrow, back: (list(), Words("工作站", "Workstations")), wrongs: form.wrongs.count,
                """
                \(title(Words("录入工作站", "Enter a workstation"), "\(Words("已经认定的工作站，照文件录入。", "A workstation that is accredited already, as its document says."))"))
                \(form.summary)
                \(Web.form(new(), """
                    \(form.show(name))\(form.show(region(area)))\(form.show(telephone, optional: true))\(form.show(number))\(form.show(from))\(form.show(until))\
                    <p><button class="btn go big">\(Words("录入这个工作站", "Enter this workstation"))</button></p>
                    """))
                """))
    }

    static func enter(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "region", "telephone", "number", "from", "until"])
        let (institution, area) = try await institution(visit)
        let name = form.value(name)
        let region = form.value(region(area))
        let telephone = form.optional(telephone)
        let number = form.value(number)
        let from = form.value(from)
        let until = form.value(until)
        if let from, let until, until <= from { form.wrong(Workstation.until, Wrong("最后一天要在第一天以后", "The last day must be after the first")) }
        guard form.isGood, let name, let region, let number, let from, let until else { return try await showNew(visit, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let id = ID<Organisation>(at: now)
        do {
            let link = try await visit.write(once: form) { tx in
                let may = try viewer.may(Permission<Workstation, Workstation>.enter)
                if try tx.isNumberTaken(number, in: institution) { throw Refusal.numberTaken }
                let one = Workstation(
                    id: id, institution: institution, name: name, region: region.text, telephone: telephone ?? "", number: number, from: from, until: until,
                    by: may.person, at: now)
                try tx.enter(one, by: may, from: address)
                return page(id)
            }
            return .see(link, saying: Words("\(name)已录入，可以邀请联络员了", "\(name) is entered; you can invite its liaisons now"))
        } catch let refusal as Refusal {
            form.wrong(Workstation.number, Wrong(refusal.words))
            return try await showNew(visit, form)
        }
    }

    enum Refusal: Error {
        case numberTaken
        var words: Words { Words("这个文号的工作站已经录入了", "A workstation with this number is entered already") }
    }
}
