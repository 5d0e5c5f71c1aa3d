package import Holdings
import Identity
import Languages
import Storage
import Values

extension WorkstationsRoom {
    package var holdings: [Holding] {
        [
            Holding(
                "liaison_invitation", key: "workstation || '.' || mail", Words("联络员的邀请", "Invitations as a liaison"),
                [.init("mail", Words("邮箱", "E-mail")), .init("name", Words("姓名", "Name")), .init("at", Words("时间", "Time"), .instant)], .deleted, age: .init("at", years: 1),
                whose: { person, reader in "mail in (\(list: [try reader.profile(person)?.mail].compactMap { $0 }))" }),
            .nobodys("workstation", Words("工作站的文号", "Numbers of workstations"), ["number"], why: Words("公文编号", "A document's number")),
        ]
    }
}
