package import Languages

/// One of the six fields in which volunteers serve (服务领域, clause 1.c).
package enum Domain: String, CaseIterable, Sendable, Codable {
    case policy
    case law
    case finance
    case management
    case technology
    case innovation

    package var words: Words {
        switch self {
        case .policy: Words("政策", "Policy")
        case .law: Words("法律", "Law")
        case .finance: Words("金融", "Finance")
        case .management: Words("管理", "Management")
        case .technology: Words("技术", "Technology")
        case .innovation: Words("创新创业", "Innovation and start-up")
        }
    }

    /// A question as owners ask it, for those who are not sure where theirs belongs.
    package var example: Words {
        switch self {
        case .policy: Words("设备更新的补贴，我们够不够条件？", "Do we qualify for the equipment renewal grant?")
        case .law: Words("客户拖着货款不给，怎么催才有效？", "A customer will not pay. What works?")
        case .finance: Words("没有抵押物，还能贷到款吗？", "Can we borrow without collateral?")
        case .management: Words("订单多了，车间反而更乱。", "More orders, more chaos on the floor.")
        case .technology: Words("注塑件老是缩水，良率上不去。", "Our moulded parts keep shrinking.")
        case .innovation: Words("刚注册公司，第一步做什么？", "We have just registered. What comes first?")
        }
    }
}
