package import Holdings
import Languages
import Storage
import Values

extension FilesRoom {
    private static let columns: [Holding.Column] = [.init("name", Words("文件名", "File name")), .secret("owner"), .init("at", Words("时间", "Time"), .instant)]

    /// What is the person's own business, and no proof for others.
    private static let own: SQL = "('draft', 'need', 'case', 'speaker', 'application', 'applicationDraft')"

    package var holdings: [Holding] {
        [
            Holding(
                "file", Words("上传的文件", "Files you uploaded"), FilesRoom.columns, .deleted,
                whose: { person, _ in "by_party = \(Party.person(person)) and subject_kind in \(FilesRoom.own)" }),
            Holding(
                "file", Words("投诉和服务记录里的文件", "Files in complaints and records"), FilesRoom.columns, .stays,
                why: Words("作为证据，随投诉或服务记录保存", "Kept as evidence with the complaint or record"),
                whose: { person, _ in "by_party = \(Party.person(person)) and subject_kind not in \(FilesRoom.own)" }),
        ]
    }
}
