import Foundation
import Holdings
import Storage
import Values

/// A database that stands ready beside the one that serves, read by no page, to take its place in one step.
protocol Successor {
    var database: Database { get }

    /// Takes the place.
    /// - Returns: those who had themselves erased in the old one and are not erased here. Then nothing was replaced.
    func takeOver() async throws -> [ID<Person>]
}

/// A file in a folder of its own, copied over the other one page by page.
struct SQLiteSuccessor: Successor {
    let database: Database
    private let file: String
    private let serving: String

    init(_ file: String, of serving: String, _ vault: Vault) throws {
        (self.file, self.serving) = (file, serving)
        database = try .sqlite(path: file, vault: vault)
    }

    func takeOver() async throws -> [ID<Person>] {
        let remembered = try await database.read { try $0.remembered() }
        // Without the free pages in which the erased may still be read.
        try Database.compact(file)
        let isThere = FileManager.default.fileExists(atPath: serving)
        let knowsErasures = try isThere && !Database.texts("select name from sqlite_master where name = 'erasure'", in: serving).isEmpty
        var missed: [ID<Person>] = []
        let isDone = try Database.copy(from: file, to: serving) {
            if knowsErasures { missed = try Database.texts("select person from erasure", in: serving).compactMap(ID.init).filter(remembered.contains) }
            return missed.isEmpty
        }
        if isDone { database.close() }
        return missed
    }
}

/// A schema of its own in the same database, whose tables move over in one transaction. Wants no more than owning the database.
struct PostgresSuccessor: Successor {
    let database: Database
    private let address: PostgresAddress
    private static let schema: StaticString = "zhuqi_restored"

    init(_ url: String, dump: String, _ vault: Vault) throws {
        address = PostgresAddress(url)
        let script = dump + ".sql"
        try Program("pg_restore", ["--no-owner", "--no-comments", "--file=\(script)", dump]).run()
        // The script says `public`. So the schema of this name steps aside while it runs, seen by this transaction alone.
        try Self.write(
            """
            set client_min_messages = warning;
            drop schema if exists \(Self.schema) cascade;
            create extension if not exists btree_gist with schema public;
            alter schema public rename to zhuqi_aside;
            """, to: dump + ".before")
        try Self.write("alter schema public rename to \(Self.schema); alter schema zhuqi_aside rename to public;", to: dump + ".after")
        try Self.psql(address, ["--single-transaction", "--file=\(dump).before", "--file=\(script)", "--file=\(dump).after"])
        for file in [script, dump, dump + ".before", dump + ".after"] { try? FileManager.default.removeItem(atPath: file) }
        database = try .postgres(url: url, vault: vault, schema: Self.schema)
    }

    func takeOver() async throws -> [ID<Person>] {
        // Anew, without the rows in which the erased may still be read.
        try Program(
            "psql", PostgresSuccessor.quiet + ["--tuples-only", "--no-align", "--command=select format('vacuum (full, analyze) %I.%I;', schemaname, tablename) from pg_tables where schemaname = '\(Self.schema)'"],
            address
        ).pour { said in
            let statements = said.readDataToEndOfFile()
            try Program("psql", PostgresSuccessor.quiet + ["--file=-"], address).fill { try $0.write(contentsOf: statements) }
        }
        let missed = try await patiently()
        if missed.isEmpty {
            database.close()
            try Self.psql(address, ["--command=drop schema \(Self.schema)"])
        }
        return missed
    }

    /// Whoever reads several tables, one after another, would wait for us and we for them: so we wait for a moment only, let
    /// everything go, and try again.
    private func patiently() async throws -> [ID<Person>] {
        var tries = 0
        while true {
            do { return try await move() } catch StorageFailure.retry where tries < 300 {
                tries += 1
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func move() async throws -> [ID<Person>] {
        try await database.write { tx -> [ID<Person>] in
            try tx.run("set local lock_timeout = '200ms'")
            try tx.run(PostgresSuccessor.lock)
            if try tx.exists("select 1 from pg_tables where schemaname = 'public' and tablename = 'erasure'") {
                let remembered = try tx.remembered()
                let missed = try tx.values("select person from public.erasure", ID<Person>.self).filter(remembered.contains)
                guard missed.isEmpty else { return missed }
            }
            try tx.run(PostgresSuccessor.exchange)
            return []
        }
    }

    /// From here on nobody writes there, nor has themselves erased.
    private static let lock: SQL = """
        do $$
        declare one record;
        begin
            for one in select c.oid::regclass as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') order by c.relname
            loop execute format('lock table %s in access exclusive mode', one.name); end loop;
        end $$
        """

    /// What is in `public` goes, as far as it is ours and no extension's; what was restored comes.
    private static let exchange: SQL = """
        do $$
        declare one record;
        begin
            for one in select c.oid::regclass as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            loop execute format('drop table if exists %s cascade', one.name); end loop;
            for one in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'public'::regnamespace
                and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            loop execute format('drop function %s cascade', one.name); end loop;
            for one in select c.oid::regclass as name from pg_class c where c.relnamespace = 'zhuqi_restored'::regnamespace and c.relkind in ('r', 'p', 'v')
            loop execute format('alter table %s set schema public', one.name); end loop;
            for one in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'zhuqi_restored'::regnamespace
            loop execute format('alter function %s set schema public', one.name); end loop;
        end $$
        """

    private static let quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]

    private static func psql(_ address: PostgresAddress, _ arguments: [String]) throws { try Program("psql", Self.quiet + ["--output=/dev/null"] + arguments, address).run() }

    private static func write(_ text: String, to path: String) throws { try text.write(toFile: path, atomically: false, encoding: .utf8) }
}

extension Reader {
    /// Who is in it and not erased.
    fileprivate func remembered() throws -> Set<ID<Person>> {
        Set(try values("select id from person where not exists (select 1 from erasure e where e.person = person.id)", ID<Person>.self))
    }
}
