/// The tables of the field that others keep: one value, read once at start.
package struct Reference: Sendable {
    package let regions: Regions
    package let industries: Industries

    /// The tables that travel with the product. They are part of it and tested with it: one that cannot be read is a
    /// broken installation.
    package static let bundled: Reference = {
        do { return try load(from: nil) } catch { fatalError("The installation is incomplete: \(error)") }
    }()

    /// The tables, those of the same name in `folder` (setting `ZHUQI_REFERENCE`) before the bundled ones.
    package static func load(from folder: String?) throws(ReferenceFault) -> Reference {
        let edition = ReferenceEdition(folder: folder)
        return Reference(regions: try Regions(edition), industries: try Industries(edition))
    }
}
