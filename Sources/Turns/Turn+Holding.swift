package import Holdings
import Languages
import Storage
import Values

extension Turn {
    package static let holding = Holding(
        "turn", key: "kind || '.' || id", Words("轮到您办的事", "What waits for you"),
        [.init("what_zh", Words("什么事", "What")), .init("title", Words("标题", "Title")), .init("due", Words("时限", "Due"), .instant)], .deleted,
        whose: { person, _ in "holder = \(Party.person(person))" })
}
