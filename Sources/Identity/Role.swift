import Languages
package import Web

// The roles of the field. Web knows only that a role has a name.
extension Role {
    /// Whoever states a need: for an enterprise, for themselves, or while founding.
    package static let owner = Role("owner", Words("企业", "Owner"))
    /// A second person who speaks for the same company.
    package static let colleague = Role("colleague", Words("同事", "Colleague"))
    package static let expert = Role("expert", Words("专家", "Expert"))
    /// The named person at a workstation (联络员), who collects needs in its region.
    package static let liaison = Role("liaison", Words("联络员", "Liaison"))
    /// Staff of the dedicated service institution (服务专员).
    package static let officer = Role("officer", Words("服务专员", "Officer"))
    package static let head = Role("head", Words("机构负责人", "Head of institution"))
    package static let smeAuthority = Role("smeAuthority", Words("中小企业主管部门", "SME authority"))
    package static let civilAffairs = Role("civilAffairs", Words("民政部门", "Civil affairs"))
    package static let administrator = Role("administrator", Words("系统管理员", "Administrator"))
    /// Reads all and writes nothing.
    package static let auditor = Role("auditor", Words("审计员", "Auditor"))
    /// Keeps the system running and sees no personal data.
    package static let systemOperator = Role("operator", Words("运维员", "Operator"))

    package static let all: [Role] = [
        .owner, .colleague, .expert, .liaison, .officer, .head, .smeAuthority, .civilAffairs, .administrator, .auditor, .systemOperator,
    ]

    /// Roles that sign in with password and second factor.
    package static let staff: [Role] = [.liaison, .officer, .head, .smeAuthority, .civilAffairs, .administrator, .auditor, .systemOperator]

    package static func named(_ name: String) -> Role? { all.first { $0.name == name } }
}

extension Tie {
    package static let asker = Tie("asker")
    package static let colleague = Tie("colleague")
    package static let expert = Tie("expert")
    package static let handler = Tie("handler")
    /// The thing is about the person themselves.
    package static let oneself = Tie("oneself")
}
