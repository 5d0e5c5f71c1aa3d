import Languages
import Markup
import Reference
import Storage
import Values
import Web

/// The pages on which the SME authority designates institutions (2.1a).
struct DesignationDesk: Sendable {
    static let list = Path("institutions")
    static let new = Path("institutions/new")
    static let page = Path("institutions/*", ID<Organisation>.self)
    static let term = Path("institutions/*/designation", ID<Organisation>.self)
    static let revocation = Path("institutions/*/revocation", ID<Organisation>.self)

    let reference: Reference

    static let name = Field<String>.text("name", Words("机构名称", "Name of the institution"), hint: Words("和法人证书上一样", "As on its registration"), longest: 80, shortest: 4)
    static let telephone = Field<String>.text("telephone", Words("咨询电话", "Telephone for enquiries"), hint: Words("企业会看到", "Businesses see it"), longest: 30, shortest: 5, control: .line(type: "tel", keyboard: "tel"))
    static let document = Field<String>.text("document", Words("文号", "Document number"), hint: Words("如：浙企〔2025〕18号", "Such as 浙企〔2025〕18号"), longest: 60, shortest: 4)
    static let from = Field<Day>.day("from", Words("从哪天起", "First day"))
    static let until = Field<Day>.day("until", Words("到哪天止", "Last day"))
    static let inCharge = Field<String>.text("inCharge", Words("负责人", "Person in charge"), longest: 30, shortest: 2)
    static let contact = Field<String>.text("contact", Words("联系方式", "Contact"), hint: Words("电话或邮箱", "Telephone or e-mail"), longest: 80, shortest: 5)
    static let reason = Field<String>.area("reason", Words("为什么撤销", "Why it is revoked"), longest: 300, shortest: 4, low: true)

    static let another = Field<Bool>.tick("another", Words("不是同一家，照样确定", "It is another one: designate it all the same"))

    static let names = ["document", "from", "until", "inCharge", "contact"]

    private func region(_ label: Words = Words("服务哪个地区", "Region served")) -> Field<RegionCode> {
        let regions = reference.regions
        return Field("region", label, .select([])) { typed throws(Wrong) in
            guard let code = RegionCode(typed), regions[code] != nil else { throw Wrong("请从列表里选一个地区", "Please choose a region from the list") }
            return code
        }
    }

    /// The authority's own region and what lies in it and answers to it.
    private func regions(_ own: RegionCode, on day: Day) -> Menu {
        func answers(_ region: Region) -> Bool { reference.jurisdictions.answers(own, for: region.code, on: day) }
        func choice(_ region: Region) -> Choice { Choice(region.code.text, region.name) }
        let below = reference.regions.children(of: own).filter(answers)
        let groups = below.compactMap { region -> Menu.Group? in
            let counties = reference.regions.children(of: region.code).filter(answers)
            return counties.isEmpty ? nil : Menu.Group(region.name, counties.map(choice))
        }
        return Menu([Menu.Group(nil, (reference.regions[own].map { [choice($0)] } ?? []) + below.map(choice))] + groups)
    }

    private func authority(_ visit: Visit) async throws -> OrganisationEntry {
        guard let id = visit.viewer.membership(.smeAuthority)?.organisation, let found = try await visit.read({ try $0.organisation(id) }) else { throw Problem.notFound }
        return found
    }

    // MARK: List

    func list(_ visit: Visit) async throws -> Answer {
        let (viewer, today) = (visit.viewer, visit.now.day)
        let all = try await visit.read { reader in
            try reader.institutions(viewer.scope(Permission<DesignationDesk, OrganisationEntry>.seeInstitutions.grants, institution: nil, region: "o.region") { _, _ in nil }, on: today).map { Line(institution: $0.institution, until: $0.until) }
        }
        let action: HTML? = viewer.mayKnock(Permission.designate.grants) ? "<a class=\"btn go\" href=\"\(DesignationDesk.new())\">\(Words("确定一家机构", "Designate an institution"))</a>" : nil
        guard !all.isEmpty else {
            return .page(
                Page(
                    Words("专门服务机构", "Service institutions"), word: "institutions",
                    "<h1>\(Words("专门服务机构", "Service institutions"))</h1>\(empty(Words("还没有机构", "No institution yet"), Words("确定一家以后，本地区的企业就有人受理。", "Once one is designated, the needs of the region are taken in."), action))"))
        }
        return .page(
            Page(
                Words("专门服务机构", "Service institutions"), word: "institutions",
                """
                <div class="row"><h1>\(Words("专门服务机构", "Service institutions"))</h1><span class="soft">\(Words("\(all.count)家，按地区", "\(all.count), by region"))</span><span class="end">\(action)</span></div>
                <table class="table fold mt"><caption class="hide">\(Words("本地区的专门服务机构", "Institutions of the region"))</caption>
                <thead><tr><th scope="col">\(Words("机构", "Institution"))</th><th scope="col">\(Words("地区", "Region"))</th><th scope="col">\(Words("确定", "Designation"))</th></tr></thead>
                <tbody>\(each: all, { line in
                    """
                    <tr><th scope="row"><a class="hit" href="\(DesignationDesk.page(line.institution.id))">\(line.institution.name)</a></th><td>\(place(line.institution.region))</td>\
                    <td>\(line.until.map { tag(Words("到", "until ") + $0.full(), $0 - today < 90 ? .wait : .good) } ?? tag(Words("没有有效的确定", "not in force"), .bad))</td></tr>
                    """
                })</tbody></table>
                """))
    }

    private struct Line: Sendable { let institution: OrganisationEntry, until: Day? }

    private func place(_ region: String) -> Words { RegionCode(region).map { reference.regions.path($0) } ?? Words(same: region) }

    // MARK: A new institution

    func showNew(_ visit: Visit, _ form: Form = Form(), same: [OrganisationEntry] = []) async throws -> Answer {
        let own = try await authority(visit)
        guard let code = RegionCode(own.region) else { throw Problem.notFound }
        let answer = Answer.page(
            Page(
                Words("确定一家机构", "Designate an institution"), word: "institutions", width: .narrow, back: (DesignationDesk.list(), Words("专门服务机构", "Service institutions")), wrongs: form.wrongs.count,
                """
                \(title(Words("确定一家专门服务机构", "Designate a service institution"), "\(own.name)"))
                \(form.summary)
                \(same.isEmpty ? nil : alike(same, visit))
                \(Web.form(DesignationDesk.list(), """
                    \(form.show(DesignationDesk.name))\(regions(code, on: visit.now.day).show(region(), in: form))\(form.show(DesignationDesk.telephone))\(termFields(form))\
                    \(same.isEmpty ? nil : form.show(DesignationDesk.another))\
                    <p><button class="btn go big">\(Words("确定这家机构", "Designate it"))</button></p>
                    """))
                """))
        return same.isEmpty ? answer : answer.quicker
    }

    /// Institutions of the same name, with the way to each that this authority may see.
    private func alike(_ same: [OrganisationEntry], _ visit: Visit) -> HTML {
        say(
            .wait,
            """
            <p>\(Words("已经有同名的机构，是同一家就到它的页面续期：", "There is an institution of that name already. If it is the same one, renew it on its page:"))</p><ul>\(each: same, { one in
                visit.viewer.could(Permission<DesignationDesk, OrganisationEntry>.seeInstitutions, one)
                    ? "<li><a href=\"\(DesignationDesk.page(one.id))\">\(one.name)</a>\(Words("　", " · "))\(place(one.region))</li>" : "<li>\(one.name)\(Words("　", " · "))\(place(one.region))</li>"
            })</ul>
            """)
    }

    private func termFields(_ form: Form) -> HTML {
        "\(form.show(DesignationDesk.document))\(form.show(DesignationDesk.from))\(form.show(DesignationDesk.until))\(form.show(DesignationDesk.inCharge))\(form.show(DesignationDesk.contact))"
    }

    private struct Term: Sendable { let document: String, from: Day, until: Day, inCharge: String, contact: String }

    private func term(_ form: inout Form) -> Term? {
        let document = form.value(DesignationDesk.document)
        let (from, until) = (form.value(DesignationDesk.from), form.value(DesignationDesk.until))
        let (inCharge, contact) = (form.value(DesignationDesk.inCharge), form.value(DesignationDesk.contact))
        guard let document, let from, let until, let inCharge, let contact else { return nil }
        return Term(document: document, from: from, until: until, inCharge: inCharge, contact: contact)
    }

    func make(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "region", "telephone", "another"] + DesignationDesk.names)
        let own = try await authority(visit)
        let (name, code, telephone) = (form.value(DesignationDesk.name), form.value(region()), form.value(DesignationDesk.telephone))
        let term = term(&form)
        if let code, let ours = RegionCode(own.region), !reference.jurisdictions.answers(ours, for: code, on: visit.now.day) {
            form.wrong(region(), Wrong(Designation.Refusal.jurisdiction(reference.jurisdictions.answering(for: code, on: visit.now.day).name).words))
        }
        // A name that is there already is most often the same institution; who means another one says so.
        if form.isGood, let name, form.text("another") != "yes" {
            let same = try await visit.read { try $0.institutions(called: name) }
            if !same.isEmpty { return try await showNew(visit, form, same: same) }
        }
        guard form.isGood, let name, let code, let telephone, let term else { return try await showNew(visit, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let institution = OrganisationEntry(id: ID(at: now), kind: .institution, name: name, region: code.text, telephone: telephone)
                let may = try viewer.may(.designate, institution)
                try tx.add(institution, now: now)
                try tx.designate(
                    institution, by: own.id, document: term.document, from: term.from, until: term.until, inCharge: term.inCharge, contact: term.contact,
                    person: may.person, now: now, address: address)
                return DesignationDesk.page(institution.id)
            }
            return .see(link, saying: Words("确定了，机构可以开始受理", "Designated; it can begin"))
        } catch let refusal as Designation.Refusal {
            form.wrong(DesignationDesk.from, Wrong(refusal.words))
            return try await showNew(visit, form)
        }
    }

    // MARK: One institution

    private func find(_ visit: Visit, _ id: ID<Organisation>) async throws -> (OrganisationEntry, [Designation]) {
        let viewer = visit.viewer
        let found = try await visit.read { reader -> Found in
            guard let institution = try reader.organisation(id), institution.kind == .institution, viewer.could(Permission<DesignationDesk, OrganisationEntry>.seeInstitutions, institution) else { throw Problem.notFound }
            return Found(institution: institution, terms: try reader.designations(of: id))
        }
        return (found.institution, found.terms)
    }

    private struct Found: Sendable { let institution: OrganisationEntry, terms: [Designation] }

    func show(_ visit: Visit, _ id: ID<Organisation>, _ form: Form = Form()) async throws -> Answer {
        let (institution, terms) = try await find(visit, id)
        let today = visit.now.day
        let current = terms.first { $0.holds(on: today) }
        let mayDesignate = visit.viewer.could(.designate, institution)
        var form = form
        let last = terms.map { term in term.revoked?.day ?? term.until + 1 }.max() ?? today
        form.fill(DesignationDesk.from, max(last, today).description)
        form.fill(DesignationDesk.inCharge, terms.first?.inCharge)
        form.fill(DesignationDesk.contact, terms.first?.contact)
        let answering = RegionCode(institution.region).map { reference.jurisdictions.answering(for: $0, on: today) }
        return .page(
            Page(
                Words(same: institution.name), word: "institutions", width: .narrow, back: (DesignationDesk.list(), Words("专门服务机构", "Service institutions")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: institution.name), "\(place(institution.region))"))
                \(form.summary)
                \(current.map { say(.good, "<p>\(Words("有效到", "In force until ") + $0.until.full() + Words("，还有\($0.until - today)天", ", \($0.until - today) days left"))</p>") } ?? say(.bad, "<p>\(Words("现在没有有效的确定", "No designation is in force"))</p>"))
                <dl class="facts"><dt>\(Words("主管关系", "Answers to"))</dt><dd>\(answering.map(DesignationDesk.words) ?? Words("未知", "unknown"))</dd>\
                <dt>\(Words("咨询电话", "Telephone"))</dt><dd>\(institution.telephone)</dd></dl>
                <h2 class="h3 mt">\(Words("历次确定", "All terms"))</h2>
                <ul class="list">\(each: terms, { term in
                    """
                    <li><b>\(term.document)</b>\(Words("　", " · ") + term.from.full() + Words("至", " to ") + term.until.full())<br><span class="soft">\(Words("负责人 ", "In charge: "))\(term.inCharge)\(Words("　联系 ", " · contact: "))\(term.contact)</span>\
                    \(term.revoked.map { "<br>\(tag($0.day.full() + Words("撤销", ": revoked"), .bad)) \($0.reason)" as HTML })</li>
                    """
                })</ul>
                \(mayDesignate ? renewal(id, form) : nil)
                \(current == nil || !mayDesignate ? nil : "<p class=\"mt\"><a href=\"\(DesignationDesk.revocation(id))\">\(Words("撤销确定", "Revoke the designation"))</a></p>" as HTML)
                """))
    }

    private func renewal(_ id: ID<Organisation>, _ form: Form) -> HTML {
        """
        <section class="mt panel"><h2 class="h3">\(Words("续期", "Renew"))</h2>
        \(Web.form(DesignationDesk.term(id), "\(termFields(form))<p><button class=\"btn go\">\(Words("续期", "Renew the designation"))</button></p>"))</section>
        """
    }

    private static func words(_ jurisdiction: Jurisdiction) -> Words {
        switch jurisdiction.kind {
        case .province: jurisdiction.name
        case .plannedCity: jurisdiction.name + Words("（计划单列市，不归省里）", " (a city with independent planning status)")
        case .corps: jurisdiction.name + Words("（新疆生产建设兵团）", " (the Xinjiang corps)")
        }
    }

    func renew(_ visit: Visit, _ id: ID<Organisation>) async throws -> Answer {
        var form = try await visit.form(DesignationDesk.names)
        _ = try await find(visit, id)
        let own = try await authority(visit)
        guard let term = term(&form), form.isGood else { return try await show(visit, id, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                guard let institution = try tx.organisation(id) else { throw Problem.notFound }
                let may = try viewer.may(.designate, institution)
                try tx.designate(
                    institution, by: own.id, document: term.document, from: term.from, until: term.until, inCharge: term.inCharge, contact: term.contact,
                    person: may.person, now: now, address: address)
                return DesignationDesk.page(id)
            }
            return .see(link, saying: Words("续期了", "Renewed"))
        } catch let refusal as Designation.Refusal {
            form.wrong(DesignationDesk.from, Wrong(refusal.words))
            return try await show(visit, id, form)
        }
    }

    // MARK: Revocation

    func showRevocation(_ visit: Visit, _ id: ID<Organisation>, _ form: Form = Form()) async throws -> Answer {
        let (institution, terms) = try await find(visit, id)
        guard let current = terms.first(where: { $0.holds(on: visit.now.day) }) else { throw Problem.notFound }
        return .page(
            Page(
                Words("撤销确定", "Revoke the designation"), word: "institutions", width: .narrow, back: (DesignationDesk.page(id), Words(same: institution.name)), wrongs: form.wrongs.count,
                """
                \(title(Words("撤销\(institution.name)的确定？", "Revoke the designation of \(institution.name)?"), "\(current.document)\(Words("　到", " · until ") + current.until.full())"))
                \(form.summary)
                \(say(.wait, """
                    <p><b>\(Words("撤销之后", "After that"))</b></p><ul><li>\(Words("从今天起，本地区新的难题不再由这家机构受理", "From today it takes in no new needs of the region"))</li>\
                    <li>\(Words("正在服务的照样办完，记录都保留", "Cases that run are finished, and all records stay"))</li><li>\(Words("可以马上确定另一家，或再次确定这一家", "Another one, or this one again, can be designated at once"))</li></ul>
                    """))
                \(Web.form(DesignationDesk.revocation(id), """
                    \(form.show(DesignationDesk.document))\(form.show(DesignationDesk.reason))\
                    <div class="row"><a class="btn" href="\(DesignationDesk.page(id))">\(Words("留着，不撤销", "Keep it"))</a><button class="btn danger go">\(Words("撤销确定", "Revoke the designation"))</button></div>
                    """))
                """))
    }

    func revoke(_ visit: Visit, _ id: ID<Organisation>) async throws -> Answer {
        var form = try await visit.form(["document", "reason"])
        _ = try await find(visit, id)
        let (document, reason) = (form.value(DesignationDesk.document), form.value(DesignationDesk.reason))
        guard let document, let reason else { return try await showRevocation(visit, id, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                guard let institution = try tx.organisation(id) else { throw Problem.notFound }
                try tx.revoke(institution, reason: reason, document: document, by: try viewer.may(.designate, institution), now: now, address: address)
                return DesignationDesk.page(id)
            }
            return .see(link, saying: Words("撤销了", "Revoked"))
        } catch let refusal as Designation.Refusal {
            form.wrong(DesignationDesk.document, Wrong(refusal.words))
            // Nothing holds any more, so the question is no longer asked; the institution's page says what is so.
            return try await show(visit, id, form)
        }
    }
}
