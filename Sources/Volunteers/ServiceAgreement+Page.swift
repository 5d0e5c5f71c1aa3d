import Happenings
import Identity
import Languages
import Markup
import Papers
import Reference
import Storage
import Turns
import Values
import Web

extension ServiceAgreement {
    static let hoursField = Field<Int>.number("hours", Words("一年多少小时", "Hours a year"), hint: Words("空着就照本人报的", "Empty: as the applicant offers"), in: 1...2000)
    static let waysField = Field<Ways>.choice("ways", Words("服务形式", "Form of service"), of: Ways.allCases.reversed(), columns: true, words: \.words)
    static let from = Field<Day>.day("from", Words("期限从", "Term from"))
    static let until = Field<Day>.day("until", Words("期限到", "Term until"), hint: Words("最后一天", "Its last day"))
    static let hasRead = Field<Bool>.tick("hasRead", Words("全文读过，同意照此签署", "I have read the whole text and sign it as it stands"))
    static let documentKind = Field<IdentityDocument.Kind>.choice("documentKind", Words("证件类型", "Kind of document"), of: IdentityDocument.Kind.allCases, menu: true, words: \.words)
    static let documentNumber = Field<String>.text("documentNumber", Words("证件号码", "Its number"), hint: Words("投保和出具证明用，加密保存，页面上只显示首尾", "For insurance and certificates; kept encrypted, shown only at its ends"), longest: 30, control: .line(short: true))
    static let documentConsent = Field<Bool>.tick(
        "documentConsent", Words("单独同意：服务机构为登记、投保和出具证明处理我的身份证件号码。不同意就没法投保和出证明，可以打电话商量", "Separate consent: the institution processes the number of my document to register, insure and certify. Without it neither is possible; you can call to talk about it"))

    private struct Shown: Sendable {
        let it: ServiceAgreement
        let isCurrent: Bool
        let name: String
        let institution: OrganisationEntry?
        let names: [ID<Person>: String]
        let document: IdentityDocument?
        let turn: Turn?
    }

    static func show(_ visit: Visit, _ id: ID<ServiceAgreement>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let shown = try await visit.read { reader -> Shown in
            guard let it = try reader.agreement(id) else { throw Problem.notFound }
            guard viewer.could(Permission<ServiceAgreement, ServiceAgreement>.see, it) else { throw Problem.notFound }
            let names = try reader.names(of: it.signatures.values.map(\.by) + [it.person])
            return Shown(
                it: it, isCurrent: try reader.currentAgreement(of: it.person)?.id == id, name: try reader.expert(it.person)?.name ?? names[it.person] ?? "",
                institution: try reader.organisation(it.institution), names: names, document: try reader.identityDocument(of: it.person), turn: try reader.turn(of: it.subject))
        }
        return .page(page(visit, shown, form))
    }

    private static func page(_ visit: Visit, _ shown: Shown, _ form: Form) -> Page {
        let (it, viewer, now) = (shown.it, visit.viewer, visit.now)
        let isOwn = viewer.person == it.person
        let reading = !it.isBlocked && it.template == AgreementTemplate.first.version && Language.current == .english
            ? AgreementTemplate.reading(institution: shown.institution?.name ?? "", name: shown.name, it.terms) : nil
        return Page(
            Words("服务协议", "Service agreement"), word: "experts", width: .narrow, back: isOwn ? nil : (Expert.staffPage(it.person), Words(same: shown.name)), wrongs: form.wrongs.count,
            """
            \(title(Words("服务协议", "Service agreement"), "\(shown.name)\(Words("　", " · "))\(it.terms.from.date(to: it.terms.until))"))
            <p>\(tag(it.isSigned ? Words("双方已签", "Signed by both") : !shown.isCurrent ? Words("已由新协议代替", "Replaced by a newer one") : it.due == .expert ? Words("等专家签", "The expert signs next") : Words("等机构签", "The institution signs next"), it.isSigned ? .good : .wait))</p>
            \(form.summary)
            \(shown.isCurrent && !it.isBlocked ? asked(it, viewer, shown.turn, now) : nil)
            \(reading.map { "<details class=\"mb\" open><summary>\(Words("英文参考", "In English, to read along"))</summary>\(paper($0))</details>" as HTML })
            \(it.isBlocked ? PaperContent.blocked : "<article class=\"paper mt\" lang=\"zh-Hans\">\(paper(it.text))</article>")
            <h2 id="signatures">\(Words("签署", "Signatures"))</h2>
            <dl class="facts">\(each: Side.allCases.reversed(), { side in
                "<dt>\(side.words)</dt><dd>\(it.signatures[side].map { signature in "\(shown.names[signature.by] ?? "")\(Words("，", ", "))\(signature.at.full())" as HTML } ?? "\(Words("还没签", "Not yet"))" as HTML)</dd>"
            })\
            <dt>\(Words("原文摘要", "Hash of the text"))</dt><dd><code class="small break">\(it.hash)</code><br><span class="small soft">SHA-256\(Words("，签后不变；范本第\(it.template)版", "; never changes once signed; template version \(it.template)"))</span></dd>\
            \(shown.document.map { "<dt>\(Words("证件", "Document"))</dt><dd>\($0.kind.words)\(Words("　", " · "))\($0.number.description)</dd>" })</dl>
            \(shown.isCurrent && !it.isBlocked ? deed(it, viewer, form, document: shown.document, now: now) : nil)
            """)
    }

    /// The text is long: whoever is to sign reads first by when, and where.
    private static func asked(_ it: ServiceAgreement, _ viewer: Viewer, _ turn: Turn?, _ now: Instant) -> HTML? {
        let isTheirs =
            switch it.due {
            case .expert: viewer.could(Permission<ServiceAgreement, ServiceAgreement>.sign, it)
            case .institution: viewer.could(Permission<Signature, ServiceAgreement>.countersign, it)
            case nil: false
            }
        guard isTheirs else { return turn.map { "<p class=\"mt near soft\">\($0.due.left(now: now))</p>" } }
        return """
            <p class="mt near">\(turn.map { "\(Words("请在", "By "))\($0.due.spoken(now: now))\(Words("前看完签字，", ": please read and sign. "))" as HTML } ?? "\(Words("请看完签字，", "Please read and sign. "))" as HTML)\
            <a href="\(page(it.id).at("signatures"))">\(Words("签字在全文后面", "The signature stands below the text"))</a></p>
            """
    }

    /// Headings and paragraphs of the text, line by line.
    private static func paper(_ text: String) -> HTML {
        let lines = text.split(separator: "\n").map(String.init)
        return """
            <h2>\(lines.first ?? "")</h2>\(each: lines.dropFirst(), { line in
                (line.hasPrefix("第") && line.contains("条　")) || line.hasPrefix("Article ") ? "<h3>\(line)</h3>" as HTML : "<p>\(line)</p>" as HTML
            })
            """
    }

    private static func deed(_ it: ServiceAgreement, _ viewer: Viewer, _ form: Form, document: IdentityDocument?, now: Instant) -> HTML? {
        switch it.due {
        case .expert where viewer.could(Permission<ServiceAgreement, ServiceAgreement>.sign, it):
            return nextStep(
                Words("轮到您", "Your turn"), Words("签服务协议", "Sign the agreement"),
                """
                \(Web.form(expertSignature(it.id), """
                    \(document == nil ? "\(form.show(documentKind))\(form.show(documentNumber))\(form.show(documentConsent))" as HTML : nil)\(form.show(hasRead))\
                    <p><button class="btn go big">\(Words("签服务协议", "Sign the agreement"))</button></p>
                    """))
                <p class="hint">\(Words("有想改的地方先别签，打页脚电话商量，改好另发一份。", "If something should be different, do not sign: call us, and another one is sent."))</p>
                """)
        case .institution where viewer.could(Permission<Signature, ServiceAgreement>.countersign, it):
            return nextStep(
                Words("轮到您", "Your turn"), Words("代表机构签字", "Sign for the institution"),
                Web.form(institutionSignature(it.id), "\(form.show(hasRead))<p><button class=\"btn go big\">\(Words("代表机构签服务协议", "Sign for the institution"))</button></p>"))
        case .expert: return nextStep(Words("等专家", "The expert's turn"), Words("等专家签字", "Waits for the expert's signature"))
        case .institution: return nextStep(Words("等机构", "The institution's turn"), Words("等负责人签字", "Waits for the head's signature"))
        case nil: return nil
        }
    }

    // MARK: Signing

    static func signAsExpert(_ visit: Visit, _ id: ID<ServiceAgreement>) async throws -> Answer {
        var form = try await visit.form(["documentKind", "documentNumber", "documentConsent", "hasRead"])
        let person = try visit.person()
        let isKnown = try await visit.read { try $0.identityDocument(of: person) != nil }
        var document: (kind: IdentityDocument.Kind, number: String)?
        if !isKnown {
            let (kind, typed) = (form.value(documentKind), form.value(documentNumber))
            _ = form.ticked(documentConsent, orElse: Words("没有这项同意，不能保存证件号码", "Without this consent the number cannot be kept"))
            if let kind, let typed {
                do throws(Wrong) { document = (kind, try IdentityDocument.checked(typed, kind, today: visit.now.day)) } catch { form.wrong(documentNumber, error) }
            }
        }
        _ = form.ticked(hasRead, orElse: Words("请先读全文", "Please read the whole text first"))
        guard form.isGood else { return try await show(visit, id, form) }
        let kept = document
        return try await sign(visit, id, form, .expert, saying: Words("签好了，机构签后发聘书", "Signed. The institution signs next, then the letter follows")) { tx, it, viewer, now in
            let may = try viewer.may(Permission<ServiceAgreement, ServiceAgreement>.sign, it)
            if let kept { try tx.keepDocument(of: may.person, kept.kind, kept.number, consentedAt: now) }
            return may.person
        }
    }

    static func signAsInstitution(_ visit: Visit, _ id: ID<ServiceAgreement>) async throws -> Answer {
        var form = try await visit.form(["hasRead"])
        _ = form.ticked(hasRead, orElse: Words("请先读全文", "Please read the whole text first"))
        guard form.isGood else { return try await show(visit, id, form) }
        return try await sign(visit, id, form, .institution, saying: Words("签好了，下一步发聘书", "Signed. Next: the letter of appointment")) { _, it, viewer, _ in
            try viewer.may(Permission<Signature, ServiceAgreement>.countersign, it).person
        }
    }

    private static func sign(
        _ visit: Visit, _ id: ID<ServiceAgreement>, _ form: Form, _ side: Side, saying words: Words,
        _ allowed: @escaping @Sendable (Transaction, ServiceAgreement, Viewer, Instant) throws -> ID<Person>
    ) async throws -> Answer {
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                var it = try tx.lockedAgreement(id)
                let person = try allowed(tx, it, viewer, now)
                guard try tx.currentAgreement(of: it.person)?.id == id else { throw Refusal.replaced }
                let signature = Signature(by: person, at: now, proved: viewer.provedAt ?? now)
                if try it.sign(side, signature) { try tx.keep(signature, side, of: it, name: try tx.expert(it.person)?.name ?? "", from: address) }
                return ServiceAgreement.page(id)
            }
            return .see(link, saying: words)
        } catch let refusal as Refusal {
            var form = form
            form.wrong(hasRead, Wrong(refusal.words))
            return try await show(visit, id, form).quicker
        }
    }

    // MARK: Offering one to an expert who is there already

    static func showOffer(_ visit: Visit, _ person: ID<Person>, _ form: Form? = nil) async throws -> Answer {
        let viewer = visit.viewer
        let (expert, last) = try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<ServiceAgreement, Expert>.offerAgreement, expert)
            return (expert, try reader.currentAgreement(of: person))
        }
        var form = form ?? Form()
        let begins = last.map { max($0.terms.until + 1, visit.now.day) } ?? visit.now.day
        form.fill(hoursField, "\(last?.terms.hours ?? 40)")
        form.fill(waysField, (last?.terms.ways ?? .both).rawValue)
        form.fill(from, "\(begins)")
        form.fill(until, "\(begins.plus(years: 2) + -1)")
        return .page(
            Page(
                Words("服务协议", "Service agreement"), word: "experts", width: .narrow, back: (Expert.staffPage(person), Words(same: expert.name)), wrongs: form.wrongs.count,
                """
                \(title(Words("给\(expert.name)发服务协议", "Send \(expert.name) an agreement"), "\(Words("照范本填好，先由专家签，再由负责人签。", "Filled in from the template; the expert signs first, then the head."))"))
                \(form.summary)
                \(last.map { $0.isSigned ? nil : say(.wait, "<p>\(Words("有一份还没签完，新的会代替它。", "One is not signed yet; the new one replaces it."))</p>") } ?? nil)
                \(Web.form(offer(person), "\(form.show(hoursField))\(form.show(waysField))\(form.show(from))\(form.show(until))<p><button class=\"btn go big\">\(Words("发服务协议", "Send the agreement"))</button></p>"))
                """))
    }

    static func offer(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(["hours", "ways", "from", "until"])
        let (hours, ways, from, until) = (form.value(hoursField), form.value(waysField), form.value(ServiceAgreement.from), form.value(ServiceAgreement.until))
        if let from, let until, until <= from { form.wrong(ServiceAgreement.until, Wrong("最后一天要在第一天以后", "The last day must be after the first")) }
        if let from, let until, until - from > Appointment.longestDays { form.wrong(ServiceAgreement.until, Wrong("期限最长5年", "A term is at most five years")) }
        guard form.isGood, let hours, let ways, let from, let until else { return try await showOffer(visit, person, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<ServiceAgreement, Expert>.offerAgreement, expert)
            let terms = Terms(hours: hours, ways: ways, domains: expert.domains, from: from, until: until)
            return ServiceAgreement.page(try tx.offerAgreement(to: expert, terms, by: may.person, at: now, from: address).id)
        }
        return .see(link, saying: Words("协议发出了，等专家签", "The agreement is sent; the expert signs first"))
    }

    // MARK: The template

    static let templateText = Field<String>.area("text", Words("范本全文", "The whole template"), hint: Words("【】里的发协议时自动填好；以“第几条　”开头的行是标题", "What stands in 【】 is filled in; a line that begins with 第…条 is a heading"), longest: 8000, shortest: 100)

    static func showTemplate(_ visit: Visit, _ form: Form? = nil) async throws -> Answer {
        let may = try visit.viewer.may(Permission<AgreementTemplate, Expert>.setTemplate)
        guard let institution = may.organisation else { throw Problem.notFound }
        let current = try await visit.read { try $0.agreementTemplate(of: institution) }
        var form = form ?? Form()
        form.fill(templateText, current.text)
        return .page(
            Page(
                Words("服务协议范本", "Template of the agreement"), word: "experts", width: .narrow, back: (Roster.page(), Words("专家名册", "Experts")), wrongs: form.wrongs.count,
                """
                \(title(Words("服务协议范本", "Template of the agreement"), "\(Words("现在用第\(current.version)版。改了就是新的一版，签过的不变。", "Version \(current.version) is in use. A change makes a new version; what was signed stays."))"))
                \(form.summary)
                \(Web.form(template(), "\(form.show(templateText))<p><button class=\"btn go big\">\(Words("存为第\(current.version + 1)版", "Keep as version \(current.version + 1)"))</button></p>"))
                """))
    }

    static func setTemplate(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["text"])
        let text = form.value(templateText)
        if let text {
            let missing = AgreementTemplate.missing(in: text)
            if !missing.isEmpty { form.wrong(templateText, Wrong("还缺：\(missing.joined(separator: "、"))", "Still missing: \(missing.joined(separator: ", "))")) }
        }
        guard form.isGood, let text else { return try await showTemplate(visit, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let may = try viewer.may(Permission<AgreementTemplate, Expert>.setTemplate)
            guard let institution = may.organisation else { throw Problem.notFound }
            if try tx.agreementTemplate(of: institution).text != text {
                try tx.add(templateOf: institution, text, by: may.person, at: now)
                try tx.record(TemplateSet(subject: Subject("institution", institution), fields: ["version": "\(try tx.agreementTemplate(of: institution).version)"]), by: may.by, at: now, from: address)
            }
            return template()
        }
        return .see(link, saying: Words("新的一版存好了", "The new version is kept"))
    }
}
