import Languages
import Papers
import Reference
import Storage
import Values

/// The words of a service agreement before they are filled in (服务协议范本, clause 2.2e): in versions, of which each stays as
/// it was. Version 1 is the house's own; an institution may lay down further ones.
package struct AgreementTemplate: Sendable {
    package let version: Int
    /// One paragraph a line; a line that begins with 第 is a heading. 【…】 is filled in.
    package let text: String

    /// What is filled in; a version lacks none of the first six.
    static let blanks = ["【甲方】", "【乙方】", "【服务形式】", "【时间】", "【服务领域】", "【期限】", "【单位】", "【日期】"]
    static let needed = 6
    /// What an agreement cannot do without: no labour relation, unpaid, confidentiality, property, conflicts, insurance, advice.
    static let musts = ["无偿", "劳动关系", "保密", "知识产权", "利益冲突", "保险", "参考"]

    /// What a text lacks; empty for one that may be laid down.
    static func missing(in text: String) -> [String] { blanks.prefix(needed).filter { !text.contains($0) } + musts.filter { !text.contains($0) } }

    func filled(institution: String, name: String, employer: String, _ terms: ServiceAgreement.Terms, at day: Day) -> String {
        let values = [
            "【甲方】": institution, "【乙方】": name, "【单位】": employer, "【服务形式】": terms.ways.words.chinese, "【时间】": "\(terms.hours)",
            "【服务领域】": terms.domains.map(\.words.chinese).joined(separator: "、"), "【期限】": "\(terms.from.chinese)至\(terms.until.chinese)",
            "【日期】": day.chinese,
        ]
        return values.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    static let migration = Migration(
        "Volunteers", 7,
        [
            """
            create table agreement_template (institution \(.text) not null references organisation (id), version \(.int) not null check (version > 1),
                text \(.text) not null, by_person \(.text) not null, at \(.int) not null, primary key (institution, version))\(.strict)
            """,
        ] + SQL.appendOnly("agreement_template"))

    package static let first = AgreementTemplate(
        version: 1,
        text: """
            中小企业志愿服务协议
            甲方（服务机构）：【甲方】
            乙方（志愿专家）：【乙方】（【单位】）
            为帮助中小企业解决经营中的困难，根据《志愿服务条例》和《工业和信息化部办公厅 民政部办公厅关于开展志愿服务促进中小企业发展的指导意见》（工信厅联企业〔2020〕12号），双方在自愿、平等、诚信的基础上约定如下。
            第一条　服务内容和形式
            乙方在【服务领域】领域，为甲方安排的中小企业、个体工商户和创业者提供咨询、诊断和书面方案，参加甲方组织的讲座、沙龙等志愿服务活动。
            服务形式：【服务形式】。每次服务的对象、时间、地点和内容由双方事先商定；乙方有权谢绝不合适的安排，不必说明理由。
            第二条　服务时间和期限
            乙方愿意每年服务约【时间】小时，具体时间由乙方在平台上自行设定。因故不能按约前往的，及时告知。
            本协议期限：【期限】。
            第三条　自愿无偿，不构成劳动关系
            乙方自愿、无偿提供服务。双方之间不因本协议建立劳动关系、劳务关系或委托代理关系，甲方不支付工资、报酬、奖金。
            乙方参加服务发生的交通、误餐等必要费用，由甲方按规定凭票据据实补助；补助不是报酬。
            乙方不得向服务对象收取任何费用、礼品、股份或其他好处，不得借服务推销产品、招揽业务。服务对象日后委托乙方或其单位办理有偿业务的，乙方应当如实向甲方申报。
            第四条　甲方的责任
            甲方如实说明服务内容、要求和可能的风险；在服务前提供必要的培训和资料；提供与服务相适应的条件和安全保障；如实、免费记录服务时间，应乙方要求免费出具志愿服务记录证明；尊重乙方的人格和意愿，依法保护其合法权益。
            第五条　乙方的责任
            乙方保证所提供的身份、资格和单位意见真实有效，有变化时在10日内告知甲方；按约定诚信、勤勉地服务，遵守职业规范；不以志愿服务名义从事与服务宗旨不符的活动；不在非涉密系统中填写、上传、谈论国家秘密和工作秘密。
            第六条　保密
            乙方对在服务中知悉的企业商业秘密和个人信息承担保密义务，仅为完成该次服务使用，不得向他人披露，不得用于自己或他人的经营。每件服务开始前，乙方另签该件的保密承诺。保密义务在本协议终止后继续有效，直至该信息依法公开。
            第七条　知识产权
            乙方在服务中形成的咨询意见和方案，服务对象可以无偿、不限期地用于自身经营；署名权归乙方。甲方可以在隐去企业和个人信息、并征得乙方和服务对象同意后，用于宣传、培训和经验交流。乙方原有的技术和成果，权利不因服务而转移；需要实施、转让的，由当事人另行约定。
            第八条　利益冲突和回避
            乙方与服务对象或其竞争对手有投资、任职、亲属或其他利害关系，或者在同类企业中任职的，应当在接受服务前说明；服务对象不同意的，乙方回避。涉及法律事务的，乙方应当先核对对方当事人，与其有利益冲突的不得接受。
            乙方是在职公务员或者离职、退休不满法定年限的，不在原管辖领域和地区从事有关服务。
            第九条　保险和安全
            乙方到现场服务前，甲方为其投保人身意外伤害保险；没有有效保险、没有完成上岗培训的，甲方不安排现场服务。乙方在现场遵守服务对象的安全规定。发生意外的，双方及时救助，由甲方协助理赔。
            第十条　意见的性质和责任
            乙方的意见供服务对象参考，是否采纳由服务对象自行决定并承担经营后果。法律类意见注明“咨询意见，不构成法律意见书，不建立委托关系”；财税、专利等意见参照执行。
            乙方尽到同行通常应有的注意的，对无偿意见不承担赔偿责任；因故意或者重大过失造成他人损害的，依法承担责任。
            第十一条　记录和个人信息
            服务时间以平台上的过程记录和服务对象的确认为准，任何一方不得单独填写或更改。甲方依法收集、保存乙方的身份、资格和服务信息，用于登记、保险、记录和证明；身份证件号码经乙方单独同意后加密保存。服务记录保存不少于10年。
            第十二条　变更、辞聘和解除
            任何一方可以随时以书面或平台通知的方式终止本协议。乙方辞聘的，应当把正在办理的事项移交甲方。乙方收取费用、泄露秘密、提供虚假材料或者有其他违反本协议情形的，甲方可以立即解聘，并依法移送有关部门。
            第十三条　争议
            双方发生争议的，先行协商；协商不成的，可以请中小企业主管部门或者民政部门调解，也可以依法向甲方所在地人民法院起诉。
            第十四条　生效
            本协议自双方签字之日起生效，签字可以采用可靠的电子签名。签字后的文本不再更改；需要变更的，另行签订。
            拟订日期：【日期】
            """)

    /// To be read beside the Chinese text, which alone is signed. Only the house's own version has it.
    static func reading(institution: String, name: String, _ terms: ServiceAgreement.Terms) -> String {
        """
        Agreement on voluntary service for small and medium-sized enterprises
        Between \(institution) (the institution) and \(name) (the volunteer expert). This is a reading aid; the Chinese text is what is signed.
        Article 1　What and how
        The expert advises small firms, the self-employed and founders whom the institution names, in \(terms.domains.map { $0.words.english.lowercased() }.joined(separator: ", ")): \(terms.ways.words.english.lowercased()). Each service is agreed on beforehand; the expert may decline any, without giving a reason.
        Article 2　Time and term
        About \(terms.hours) hours a year, at times that the expert sets. From \(terms.from.full().english) to \(terms.until.full().english).
        Article 3　Voluntary and unpaid; no labour relation
        No employment, service contract or mandate arises. No wage, fee or bonus is paid. Necessary travel and meals are reimbursed against vouchers. The expert takes no money, gift, share or other advantage from those served, sells nothing, and declares any paid contract that follows later.
        Article 4　The institution
        says truthfully what the service is and what its risks are; trains; provides fitting conditions and safety; records hours truthfully and certifies them free of charge; respects the expert's wishes and rights.
        Article 5　The expert
        gives true facts on identity, licences and the employer's consent, and tells of changes within ten days; serves honestly and with care; enters no state or work secrets into this unclassified system.
        Article 6　Confidentiality
        Trade secrets and personal data serve the one case only and are passed to nobody, also after the agreement ends. An undertaking is signed for each case.
        Article 7　Intellectual property
        Those served may use advice and solutions in their own business free of charge and without limit of time; authorship stays with the expert. Publication needs both consents and hides who is concerned. Earlier technology of the expert stays theirs.
        Article 8　Conflicts of interest
        Holdings, posts, kinship or work for rivals are declared before a case; where the firm objects, the expert stands aside. In matters of law the opponent is checked first. Officials in service, or within the lawful term after leaving, do not serve in their former field and region.
        Article 9　Insurance and safety
        Accident insurance is bought before any service on site; without cover and training no service on site is arranged.
        Article 10　What advice is
        Advice is for reference; the firm decides and bears the outcome. Legal advice is marked as consultation, no legal opinion and no mandate. With the care usual among peers the expert is not liable for free advice; intent and gross negligence remain.
        Article 11　Records and data
        Hours rest on the record of the service and the firm's confirmation; nobody writes them alone. Identity numbers are kept encrypted, with a separate consent. Records are kept for at least ten years.
        Article 12　Ending
        Either side may end this at any time in writing or on the platform. The expert hands open cases over. Taking money, breach of confidence or false papers lead to dismissal and to the competent authority.
        Article 13　Disputes
        Talk first; then mediation by the SME or civil affairs authority, or the court at the institution's seat.
        Article 14　Effect
        From both signatures on; they may be electronic. The signed text is never changed: a change is a new agreement.
        """
    }
}

extension Reader {
    /// The version that an institution uses now.
    func agreementTemplate(of institution: ID<Organisation>) throws -> AgreementTemplate {
        try first("select version, text from agreement_template where institution = \(institution) order by version desc limit 1") { row in
            AgreementTemplate(version: try row(), text: try row())
        } ?? .first
    }
}

extension Transaction {
    /// Lays down the next version.
    func add(templateOf institution: ID<Organisation>, _ text: String, by person: ID<Person>, at now: Instant) throws {
        let version = try agreementTemplate(of: institution).version + 1
        try run("insert into agreement_template (institution, version, text, by_person, at) values (\(institution), \(version), \(text), \(person), \(now))")
    }
}
