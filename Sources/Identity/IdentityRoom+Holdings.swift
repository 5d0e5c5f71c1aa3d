package import Holdings
import Languages
import Storage
import Values

extension IdentityRoom {
    /// A credit code stands on every receipt: whoever typed it and was not confirmed has no say over a business that others speak for.
    private static func ownBusiness(of person: ID<Person>) -> SQL {
        """
        kind = 'selfEmployed' and id in (select s.enterprise from speaker s where s.person = \(person) and not exists (
            select 1 from speaker o where o.enterprise = s.enterprise and o.person <> s.person
            and (s.confirmed_at is null or (o.confirmed_at is not null and o.left_at is null))))
        """
    }

    /// In the order in which erasing goes: the person last, by whom the others are found.
    package var holdings: [Holding] {
        [
            Holding(
                "attempt", key: "number", Words("输错密码的记录", "Failed tries at the door"), [.init("address", Words("网络地址", "Address")), .init("at", Words("时间", "Time"), .instant)], .deleted,
                age: .init("at", days: 183),
                whose: { person, reader in
                    let login = try reader.value("select login from account where person = \(person)", String.self)
                    return "account in (\(list: [login, "factor \(person)"].compactMap { $0 }.map { reader.vault.hash($0, for: "attempt") }))"
                }),
            Holding(
                "invitation", key: "hash", Words("工作账号的邀请", "Invitations to a staff account"),
                [.init("name", Words("姓名", "Name")), .init("login", Words("账号", "Login name")), .secret("hash")], .deleted, age: .init("expires_at", years: 1),
                whose: { person, _ in "(person = \(person) or login in (select login from account where person = \(person)))" }),
            Holding(
                "mobile_code", Words("短信验证码", "Codes in text messages"),
                [.init("mobile_sealed", Words("手机号", "Mobile number"), .sealed("mobile_code")), .secret("mobile_hash"), .secret("digits_hash"), .secret("visitor"), .init("at", Words("时间", "Time"), .instant)],
                .deleted, age: .init("at", days: 30), whose: { person, _ in "mobile_hash in (select mobile_hash from person where id = \(person))" }),
            Holding(
                "recovery", key: "hash", Words("恢复码", "Recovery codes"), [.secret("hash"), .init("used_at", Words("用于", "Used"), .instant, optional: true)], .deleted,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "session", key: "hash", Words("登录过的设备", "Signed-in devices"),
                [.secret("hash"), .init("device", Words("设备", "Device")), .init("address", Words("网络地址", "Address")), .init("begun", Words("登录", "Signed in"), .instant), .init("seen", Words("最近", "Last seen"), .instant)],
                .deleted, age: .init("seen", days: 183), correction: "/account/sessions", whose: { person, _ in "person = \(person)" }),
            Holding(
                "account", key: "person", Words("工作账号", "Staff account"),
                [.init("login", Words("账号", "Login name")), .secret("password"), .secret("totp_sealed"), .init("created_at", Words("开通", "Opened"), .instant)], .deleted,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "consent", Words("同意过什么", "What you agreed to"),
                [.init("purpose", Words("用途", "Purpose")), .init("given_at", Words("同意", "Given"), .instant), .init("withdrawn_at", Words("撤回", "Withdrawn"), .instant, optional: true)], .stays,
                why: Words("要能证明当时得到过同意；只有编号和时间", "To prove that consent was given; numbers and times only"), correction: "/account/consents", whose: { person, _ in "person = \(person)" }),
            Holding(
                "speaker", Words("代表企业", "Speaking for companies"),
                [.init("decline_reason", Words("没有确认的原因", "Why it was declined"), optional: true)], .emptied,
                // Nobody speaks for a company who is not there any more: whoever waits behind becomes the first.
                also: { person, now, tx in
                    for id in try tx.values("select id from speaker where person = \(person) and left_at is null and declined_at is null limit 100", ID<Speaker>.self) {
                        if let speaker = try tx.speaker(id) { try tx.leave(speaker, at: now) }
                    }
                },
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "enterprise", Words("您的个体工商户", "Your own business"),
                [.init("name", Words("名称", "Name")), .init("credit_code", Words("信用代码", "Credit code"), optional: true)], .blocked(years: 10),
                why: Words("服务记录按规定保存10年", "Records of service are kept for ten years by law"),
                whose: { person, _ in IdentityRoom.ownBusiness(of: person) }),
            Holding(
                "enterprise", Words("您代表的企业", "Companies you speak for"),
                [.init("name", Words("名称", "Name")), .init("credit_code", Words("信用代码", "Credit code"), optional: true)], .stays,
                why: Words("是企业的信息，不是您个人的", "This is the company's, not yours alone"),
                whose: { person, _ in "id in (select enterprise from speaker where person = \(person) and confirmed_at is not null) and not (\(IdentityRoom.ownBusiness(of: person)))" }),
            .nobodys("designation", Words("机构的认定", "Designations"), ["document", "in_charge", "contact"], why: Words("机构公开的负责人和联系方式", "An institution's public contact")),
            .nobodys("designation_revocation", Words("撤销认定", "Revoked designations"), ["reason", "document"], why: Words("主管部门的公文", "An authority's decision")),
            Holding(
                "unmasking", Words("谁看过您隐去的信息", "Who looked at your masked data"),
                [.init("what", Words("看了什么", "What")), .init("reason", Words("为什么", "Why")), .init("at", Words("时间", "Time"), .instant)], .blocked(years: 3),
                why: Words("查看要能追查3年", "Looks can be traced for three years"), age: .init("at", years: 3), whose: { person, _ in "person = \(person)" }),
            Holding(
                "factor_reset", key: "person", Words("重设动态码", "Resets of the one-time code"), [.init("reason", Words("原因", "Reason")), .init("asked_at", Words("时间", "Time"), .instant)], .deleted,
                whose: { person, _ in "person = \(person)" }),
            Holding(
                "person", Words("姓名和联系方式", "Name and contact"),
                [
                    .init("name", Words("姓名", "Name")), .init("mobile_sealed", Words("手机号", "Mobile number"), .sealed("person.mobile"), optional: true), .secret("mobile_hash", optional: true),
                    .secret("document_hash", optional: true), .init("mail", Words("邮箱", "E-mail"), optional: true), .init("created_at", Words("第一次来", "First here"), .instant),
                ], .emptied, correction: "/account", whose: { person, _ in "id = \(person)" }),
        ]
    }
}
