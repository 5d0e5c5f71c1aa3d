package import Holdings
import Languages
import Storage

extension WebRoom {
    package var holdings: [Holding] {
        [
            .nobodys(
                "held_form", Words("等您验证的表单", "Forms that wait for a fresh proof"), ["session", "fields_sealed"],
                why: Words("加密存半小时，过后删除", "Sealed, and gone after half an hour"), age: .init("at", days: 1))
        ]
    }
}
