package import Storage
package import Values
package import Web

/// The face of Files: one route. Uploads are parts of other rooms' forms.
package struct FilesRoom: Room {
    private let maySee: @Sendable (Viewer, Visit, Subject, Reader) throws -> Bool

    /// - Parameter maySee: whether somebody may see the thing that a file belongs to; an anonymous visitor's draft is known
    ///   by the visit.
    package init(maySee: @escaping @Sendable (Viewer, Visit, Subject, Reader) throws -> Bool) { self.maySee = maySee }

    package var migrations: [Migration] { [StoredFile.migration, Migration("Files", 2, ["create index file_by on file (by_party)"])] }

    package func routes(_ routes: inout Routes) {
        routes.get(StoredFile.page, .everyone) { visit, id in try await download(visit, id) }
    }

    /// Anybody may ask; only who may see the thing gets an answer (F3). `?show` puts a picture into a page.
    private func download(_ visit: Visit, _ id: ID<StoredFile>) async throws -> Answer {
        let maySee = maySee
        let file = try await visit.read { reader -> StoredFile in
            guard let file = try reader.file(id), try maySee(visit.viewer, visit, file.subject, reader) else { throw Problem.notFound }
            return file
        }
        let content = Answer.Content.file(path: "\(visit.site.folder)/files/\(file.place)", type: file.kind.mediaType)
        guard !visit.questions("show").isEmpty, file.kind.isPhoto else { return .download(content, name: file.name) }
        var answer = Answer(content)
        answer.set(header: "Content-Disposition", "inline")
        answer.set(header: "Content-Security-Policy", "default-src 'none'; sandbox")
        return answer
    }
}
