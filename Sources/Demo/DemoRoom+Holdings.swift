package import Holdings
import Languages
import Storage
import Values

extension DemoRoom {
    package var holdings: [Holding] {
        [Holding("demo_cast", key: "key", Words("演示里的角色", "Your part in the demonstration"), [.init("name", Words("姓名", "Name"))], .deleted, whose: { person, _ in "person = \(person)" })]
    }
}
