import Languages
import Markup
import Reference
import Values
import Web

// The form of an application: the entry of an expert, and what binds.

extension Application {
    static let employerConsent = Field<Background.EmployerConsent>.choice(
        "employerConsent", Words("单位意见", "The employer's consent"), hint: Words("在职的要单位同意，在职公务员还要经批准；证明附在下面", "Whoever is in service needs it; a serving official needs approval. Add the paper below"),
        of: Background.EmployerConsent.allCases, words: \.words)
    static let wasOfficial = Field<Bool>.tick("wasOfficial", Words("我曾经是公务员或参公人员，现已离职或退休", "I was an official and have left or retired"))
    static let officeUnit = Field<String>.text("officeUnit", Words("最后的工作单位", "Last unit"), longest: 100)
    static let officeRank = Field<Background.Rank>.choice("officeRank", Words("最后的职级", "Last rank"), of: Background.Rank.allCases, words: \.words)
    static let officeLeft = Field<Day>.day("officeLeft", Words("离职或退休的日期", "Day of leaving"), hint: Words("3年或2年内，不安排原管辖领域和地区的服务", "For three or two years no service touches the former field and region"))
    static func officeRegion(_ area: RegionCode) -> Field<RegionCode> { .region("officeRegion", Words("原管辖地区", "Region of the former office"), within: area, nothing: Words("本省以外或全省", "Outside, or the whole province")) }
    static let officeDomains = Field<Domain>("officeDomains", Words("原管辖领域", "Field of the former office"), hint: Words("不选就当所有领域", "None means all of them"), .ticks(Domain.allCases.map { Choice($0.rawValue, $0.words) })) { (typed: String) throws(Wrong) -> Domain in
        guard let domain = Domain(rawValue: typed) else { throw Wrong("请从上面选", "Please choose from these") }
        return domain
    }
    static let hours = Field<Int>.number("hours", Words("一年愿意服务多少小时", "Hours a year you offer"), in: 1...2000)
    static let firmConsents = Field<Bool>.tick("firmConsents", Words("执业机构（律所、会计师事务所等）已同意", "The firm (law, accounting and so on) consents"))

    static let licences: [(kind: Field<Licence.Kind>, number: Field<String>, until: Field<Day>)] = [
        (licenceKind("licenceKind"), .text("licenceNumber", Words("证号", "Its number"), longest: 60), .day("licenceUntil", Words("有效期到", "Valid until"), hint: Words("长期有效的不填", "Empty for one without an end"))),
        (licenceKind("licenceKind2"), .text("licenceNumber2", Words("证号（第二个）", "Its number (second)"), longest: 60), .day("licenceUntil2", Words("有效期到（第二个）", "Valid until (second)"))),
    ]

    private static func licenceKind(_ name: StaticString) -> Field<Licence.Kind> {
        Field(name, name.utf8CodeUnitCount > 11 ? Words("第二个资格证书", "A second licence") : Words("执业资格证书", "Professional licence"), .select([Choice("", Words("没有", "None"))] + Licence.Kind.allCases.map { Choice($0.rawValue, $0.words) })) { (typed: String) throws(Wrong) -> Licence.Kind in
            guard let kind = Licence.Kind(rawValue: typed) else { throw Wrong("请从名单里选", "Please choose from the list") }
            return kind
        }
    }

    static let several: Set<String> = ExpertEntry.several.union(["officeDomains"])
    static let names = ExpertEntry.names + [
        "officeRegion", "officeDomains",
        "employerConsent", "wasOfficial", "officeUnit", "officeRank", "officeLeft", "hours", "firmConsents", "licenceKind", "licenceNumber", "licenceUntil",
        "licenceKind2", "licenceNumber2", "licenceUntil2",
    ]

    /// What was typed; nil when something is missing.
    static func read(_ form: inout Form, area: RegionCode, today: Day) -> (entry: ExpertEntry, background: Background, hours: Int)? {
        let entry = ExpertEntry.read(&form, area: area)
        var background = Background()
        if form.text("standing") == Standing.inService.rawValue { background.employerConsent = form.value(employerConsent) }
        if form.text("wasOfficial") != nil {
            let (unit, rank, left) = (form.value(officeUnit), form.value(officeRank), form.value(officeLeft))
            if let left, left > today { form.wrong(officeLeft, Wrong("日期在今天以后", "This day lies ahead")) }
            let (region, domains) = (form.optional(officeRegion(area)), form.all(officeDomains))
            if let unit, let rank, let left { background.office = Background.Office(unit: unit, rank: rank, left: left, region: region?.text ?? area.text, domains: domains) }
        }
        for licence in licences {
            guard let kind = form.optional(licence.kind), let number = form.value(licence.number) else { continue }
            let until = form.optional(licence.until)
            if let until, until < today { form.wrong(licence.until, Wrong("这个证书过期了，先换证再报", "This licence has expired; please renew it first")) }
            background.licences.append(Licence(kind: kind, number: number.replacing("\t", with: " ").replacing("\n", with: " "), until: until))
        }
        background.firmConsents = form.optional(firmConsents) ?? false
        if form.text("kind") == ExpertKind.legal.rawValue || background.licences.contains(where: \.kind.isOfFirm), form.text("standing") == Standing.inService.rawValue, !background.firmConsents {
            form.wrong(firmConsents, Wrong("执业律师等要先经执业机构同意", "Whoever practises needs the firm's consent first"))
        }
        let hours = form.value(hours)
        guard form.isGood, let entry, let hours else { return nil }
        return (entry, background, hours)
    }

    static func fields(_ form: Form, area: RegionCode) -> HTML {
        """
        \(ExpertEntry.fields(form, area: area, withMobile: false))\
        <h2>\(Words("时间、单位、资格", "Time, employer, licences"))</h2>\
        \(form.show(hours))\(form.show(employerConsent, optional: true))\
        \(folded(form, office, Words("当过公务员或参公人员的，填这里", "If you were an official, fill this in"), "\(form.show(wasOfficial))\(form.show(officeUnit, optional: true))\(form.show(officeRank, optional: true))\(form.show(officeLeft, optional: true))\(form.show(officeRegion(area), optional: true))\(form.show(officeDomains, optional: true))"))\
        \(folded(form, licensed, Words("有执业资格证书的，填这里", "If you hold a professional licence, fill this in"), "\(each: licences, { licence in "\(form.show(licence.kind, optional: true))\(form.show(licence.number, optional: true))\(form.show(licence.until, optional: true))" })\(form.show(firmConsents))"))
        """
    }

    private static let office = ["wasOfficial", "officeUnit", "officeRank", "officeLeft", "officeRegion", "officeDomains"]
    private static let licensed = ["licenceKind", "licenceNumber", "licenceUntil", "licenceKind2", "licenceNumber2", "licenceUntil2", "firmConsents"]

    /// What concerns few is folded until they have written in it, or something in it is wrong.
    private static func folded(_ form: Form, _ names: [String], _ words: Words, _ content: HTML) -> HTML {
        "<details class=\"more mb\"\(flag: "open", form.shows(names))><summary>\(words)</summary>\(content)</details>"
    }
}
