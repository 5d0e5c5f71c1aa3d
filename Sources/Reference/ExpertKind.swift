package import Languages

/// The eight kinds of people who may be recruited as volunteer experts (志愿专家, clause 2.2c).
package enum ExpertKind: String, CaseIterable, Sendable, Codable {
    case policy
    case industry
    case science
    case legal
    case entrepreneur
    case executive
    case park
    case scholar

    package var words: Words {
        switch self {
        case .policy: Words("政策专家", "Policy expert")
        case .industry: Words("产业发展专家", "Industry development expert")
        case .science: Words("科技专家", "Science and technology expert")
        case .legal: Words("法律专家", "Legal expert")
        case .entrepreneur: Words("优秀企业家", "Outstanding entrepreneur")
        case .executive: Words("企业高管", "Company executive")
        case .park: Words("园区高级管理人员", "Senior park manager")
        case .scholar: Words("高校和科研院所学者", "University or institute scholar")
        }
    }
}

/// Whether an expert is still in service (在职或退休, clause 2.2c). Who is in service has the employer's consent.
package enum Standing: String, CaseIterable, Sendable, Codable {
    case inService
    case retired

    package var words: Words {
        switch self {
        case .inService: Words("在职", "In service")
        case .retired: Words("退休", "Retired")
        }
    }
}
