package import Languages
import Markup
package import Values

extension Minutes {
    /// 2小时30分钟. What was served is told in hours, however many: days would be mistaken for working days.
    package var words: Words {
        let (hours, minutes) = count.quotientAndRemainder(dividingBy: 60)
        let english = [hours > 0 ? "\(grouped(hours)) hour\(hours == 1 ? "" : "s")" : nil, minutes > 0 || hours == 0 ? "\(minutes) minute\(minutes == 1 ? "" : "s")" : nil]
        return Words("\(hours > 0 ? "\(grouped(hours))小时" : "")\(minutes > 0 || hours == 0 ? "\(minutes)分钟" : "")", english.compactMap { $0 }.joined(separator: " "))
    }
}
