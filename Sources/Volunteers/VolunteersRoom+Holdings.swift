import Files
package import Holdings
import Identity
import Languages
import Storage
import Values

extension VolunteersRoom {
    private static let law = Words("志愿者的服务记录按规定保存10年", "Volunteers' records are kept for ten years by law")

    /// Somebody last served, or asked to, so long ago: no appointment stood since.
    private static func unserved(_ person: SQL, since: SQL) -> @Sendable (Instant) -> SQL {
        { limit in
            """
            \(since) < \(limit) and not exists (select 1 from appointment a left join appointment_ending e on e.appointment = a.id
                where a.person = \(person) and (e.at >= \(limit) or (e.at is null and a.until_day >= \(limit.day))))
            """
        }
    }

    private static let entered: SQL = "(select x.entered_at from expert x where x.person = expert_licence.person)"
    private static let oldDocument = unserved("identity_document.person", since: "identity_document.at")

    private static func ofApplication(_ table: SQL) -> Holding.Age {
        .emptiedAfterTenYears(where: unserved("(select q.person from application q where q.id = \(table).application)", since: "\(table).at"))
    }

    package var holdings: [Holding] {
        [
            Holding("expert_term", key: "term", Words("名单里查找用的词", "Terms of the directory"), [], .deleted, whose: { person, _ in "person = \(person)" }),
            Holding("expert_listing", key: "appointment", Words("公开名单里的一行", "Your line in the public directory"), [], .deleted, whose: { person, _ in "person = \(person)" }),
            Holding(
                "appointment_ending", key: "appointment", Words("聘任结束的原因", "Why an appointment ended"),
                [.init("reason", Words("原因", "Reason")), .init("at", Words("时间", "Time"), .instant)], .blocked(years: 10), why: VolunteersRoom.law,
                age: .emptiedAfterTenYears(since: "appointment_ending.at"), whose: { person, _ in "appointment in (select id from appointment where person = \(person))" }),
            Holding(
                "application_draft", Words("没写完的申请", "Unfinished applications"),
                [.secret("visitor"), .init("fields", Words("写过的内容", "What was typed"), .form), .init("updated", Words("时间", "Time"), .instant)], .deleted,
                age: .init("updated", days: 90) { limit, tx in try tx.removeFiles(ofEach: ApplicationDraft.subjectKind, in: "select id from application_draft where updated < \(limit)") },
                // Files that came before signing in name nobody: they are found by their draft.
                also: { person, _, tx in try tx.removeFiles(ofEach: ApplicationDraft.subjectKind, in: "select id from application_draft where person = \(person)") },
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "application_selection", key: "application", Words("对申请的决定", "Decisions on your applications"), [.init("reason", Words("原因", "Reason"))], .blocked(years: 10), why: VolunteersRoom.law,
                age: Self.ofApplication("application_selection"),
                whose: { person, _ in "application in (select id from application where person = \(person))" }),
            Holding(
                "application_review", key: "application", Words("对申请的审核", "Reviews of your applications"), [.init("reason", Words("意见", "Opinion"))], .blocked(years: 10), why: VolunteersRoom.law,
                age: Self.ofApplication("application_review"),
                whose: { person, _ in "application in (select id from application where person = \(person))" }),
            Holding(
                "application", Words("报名做专家", "Applications to serve as an expert"),
                [
                    .init("name", Words("姓名", "Name")), .init("employer", Words("单位", "Employer")), .init("employer_code", Words("单位代码", "Employer's code"), optional: true),
                    .init("headline_zh", Words("一句话", "Headline")), .init("headline_en", Words("英文一句话", "English headline")), .init("biography_zh", Words("简介", "Biography")),
                    .init("biography_en", Words("英文简介", "English biography")), .init("licences", Words("执业资格", "Licences")), .init("at", Words("时间", "Time"), .instant),
                ], .blocked(years: 10), why: VolunteersRoom.law, age: .emptiedAfterTenYears(where: Self.unserved("application.person", since: "application.at")),
                whose: { person, _ in "person = \(person)" }),
            .nobodys("application", Words("退休前的单位", "Last office"), ["office_unit"], why: Words("规定的回避条件，没有姓名就不是谁的", "A condition that the rules set; without a name it is nobody's")),
            Holding(
                "personal_invitation", Words("收到的邀请", "Personal invitations"), [.init("words", Words("内容", "Text")), .init("at", Words("时间", "Time"), .instant)], .emptied,
                age: .emptiedAfterTenYears(since: "personal_invitation.at"),
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "identity_document", key: "person", Words("证件号码", "Identity document"),
                [.init("number_sealed", Words("号码", "Number"), .sealed("identity_document.number")), .init("at", Words("时间", "Time"), .instant)], .deleted,
                age: .tenYears(where: Self.oldDocument) { limit, tx in try tx.forgetDocuments(of: "select person from identity_document where \(Self.oldDocument(limit))") },
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "expert_licence", key: "kind || '.' || number", Words("执业资格", "Licences"), [.init("number", Words("号码", "Number"))], .deleted,
                age: .tenYears(where: Self.unserved("expert_licence.person", since: Self.entered)), whose: { person, _ in "person = \(person)" }),
            .nobodys("expert_background", Words("退休前的单位", "Last office"), ["office_unit"], why: Words("规定的回避条件，没有姓名就不是谁的", "A condition that the rules set; without a name it is nobody's")),
            Holding(
                "service_agreement", Words("服务协议", "Service agreements"), [.init("text", Words("正文", "Text")), .init("at", Words("时间", "Time"), .instant)], .stays,
                why: Words("双方签的协议不能改，随服务记录保存10年", "An agreement signed by both sides cannot change; it is kept for ten years with the records"), whose: { person, _ in "person = \(person)" }),
            Holding(
                "expert", key: "person", Words("专家资料", "Your entry as an expert"),
                [
                    .init("name", Words("姓名", "Name")), .init("employer", Words("单位", "Employer")), .init("employer_code", Words("单位代码", "Employer's code"), optional: true),
                    .init("headline_zh", Words("一句话", "Headline")), .init("headline_en", Words("英文一句话", "English headline")), .init("biography_zh", Words("简介", "Biography")),
                    .init("biography_en", Words("英文简介", "English biography")), .init("entered_at", Words("录入", "Entered"), .instant),
                ], .blocked(years: 10), why: VolunteersRoom.law, age: .emptiedAfterTenYears(where: Self.unserved("expert.person", since: "expert.entered_at")), whose: { person, _ in "person = \(person)" }),
        ]
    }
}
