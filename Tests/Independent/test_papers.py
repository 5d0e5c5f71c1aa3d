"""Papers, checked by programs that are not ours: pdfsig, pdfdetach, pdftotext, pdffonts, pdfinfo, qpdf, pyHanko, zxing-cpp,
rfc8785, Go's note and tlog. What is genuine passes; everything else fails, each with a sentence of its own."""

import io
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import rfc8785
import zxingcpp
from PIL import Image
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Journeys"))
from server import BINARY, ROOT, Server, filled, run  # noqa: E402


class Papers:
    """The demonstration's papers, once their PDFs are made."""

    def __init__(self, server: Server, folder: Path):
        self.server, self.folder = server, folder
        database = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite")
        late = time.monotonic() + 120
        while database.execute("select count(*) from paper p left join paper_file f on f.paper = p.id where f.paper is null").fetchone()[0]:
            assert time.monotonic() < late, f"the PDFs are not made: {server.log()}"
            time.sleep(0.2)
        self.rows = database.execute(
            """select p.id, p.number, p.code, p.claims, x.place, p.institution,
                exists (select 1 from paper_revocation r where r.paper = p.id), exists (select 1 from paper n where n.replaces = p.id),
                exists (select 1 from paper_suspension s where s.paper = p.id), coalesce(p.valid_until, '9999') < date('now')
            from paper p join paper_file f on f.paper = p.id join file x on x.id = f.file order by p.id""").fetchall()
        database.close()
        run("keys", "export", str(folder / "keys"), env=server.env)
        self.keys = folder / "keys" / f"{self.rows[0][5]}.keys"
        self.root = folder / "root.pem"
        subprocess.run(["openssl", "x509", "-in", self.keys, "-out", self.root], check=True)
        self.nss = folder / "nss"
        self.nss.mkdir()
        subprocess.run(["certutil", "-N", "-d", f"sql:{self.nss}", "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-d", f"sql:{self.nss}", "-n", "institution", "-t", "CT,C,C", "-i", self.root], check=True)

    def of(self, standing: str) -> dict:
        """A letter that stands so; its text fits a page."""
        for number, row in enumerate(self.rows):
            if json.loads(row[3])["kind"] != "letter":
                continue
            is_so = dict(revoked=row[6], replaced=row[7], suspended=row[8], expired=row[9])
            if (standing == "valid" and not any(is_so.values())) or is_so.get(standing):
                return self.paper(number)
        raise AssertionError(f"no paper is {standing}")

    def paper(self, number: int) -> dict:
        row = self.rows[number]
        pdf = self.folder / f"paper-{number}.pdf"
        pdf.write_bytes((self.server.folder / "data" / "files" / row[4]).read_bytes())
        return dict(id=row[0], number=row[1], code=row[2], claims=json.loads(row[3]), bytes=row[3], pdf=pdf)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    server = Server("sqlite")
    try:
        yield Papers(server.start(), tmp_path_factory.mktemp("papers"))
    finally:
        server.stop()


def named(paper: dict) -> str:
    """The holder's name as it is printed."""
    return next(fact["value"] for fact in paper["claims"]["facts"] if fact["key"] == "name")


def tool(*arguments, **how) -> str:
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=True, **how).stdout


def pdfsig(papers: Papers, pdf: Path) -> str:
    return subprocess.run(["pdfsig", "-nssdir", papers.nss, pdf], capture_output=True, text=True).stdout


def pyhanko(papers: Papers, pdf: Path):
    reader = PdfFileReader(io.BytesIO(pdf.read_bytes()))
    context = ValidationContext(trust_roots=[load_cert_from_pemder(str(papers.root))], allow_fetching=False)
    return validate_pdf_signature(reader.embedded_signatures[0], signer_validation_context=context)


def verify(*arguments) -> tuple[int, str]:
    """Without database and network."""
    command = [str(BINARY), "verify", *map(str, arguments)]
    if os.geteuid() == 0 and shutil.which("unshare"):
        command = ["unshare", "-n", *command]
    done = subprocess.run(command, env={"ZHUQI_DATA": "/nonexistent", "PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


# What is genuine


def test_poppler_and_pyhanko_find_the_signature_valid_trusted_and_over_everything(papers):
    for number in range(min(len(papers.rows), 20)):
        pdf = papers.paper(number)["pdf"]
        said = pdfsig(papers, pdf)
        for words in ("Signature is Valid.", "Certificate is Trusted.", "Total document signed", "ETSI.CAdES.detached", "SHA-256"):
            assert words in said, said
        status = pyhanko(papers, pdf)
        assert status.bottom_line and status.trusted and status.coverage.name == "ENTIRE_FILE", status.pretty_print_details()


def test_qpdf_finds_nothing_wrong_and_the_language(papers):
    pdf = papers.of("valid")["pdf"]
    assert "No syntax or stream encoding errors found" in tool("qpdf", "--check", pdf)
    assert '"/Lang": "zh-Hans"' in re.sub(r'"u:', '"', tool("qpdf", "--json", pdf))


def test_it_is_one_tagged_page_of_A4_with_metadata_and_embedded_fonts(papers):
    pdf = papers.of("valid")["pdf"]
    info = tool("pdfinfo", pdf)
    for words in (r"Tagged:\s+yes", r"Metadata Stream:\s+yes", r"Pages:\s+1\b", r"A4"):
        assert re.search(words, info), info
    fonts = tool("pdffonts", pdf).splitlines()[2:]
    assert fonts and all(re.search(r"\s+yes\s+(yes|no)\s+yes\s+\d+\s+\d+$", font) for font in fonts), fonts


def test_the_attached_claims_are_what_was_issued_in_their_one_spelling(papers, tmp_path):
    paper = papers.of("valid")
    tool("pdfdetach", "-saveall", "-o", tmp_path, paper["pdf"])
    claims = (tmp_path / "claims.json").read_bytes()
    assert claims == paper["bytes"] == rfc8785.dumps(json.loads(claims))
    assert (tmp_path / "cert.tlog-proof").read_text().startswith("c2sp.org/tlog-proof@v1\n")


def test_every_fact_is_printed(papers):
    for number in range(min(len(papers.rows), 20)):
        paper = papers.paper(number)
        printed = "".join(tool("pdftotext", paper["pdf"], "-").split())
        values = [paper["number"], paper["claims"]["issuer"], *(fact["value"] for fact in paper["claims"]["facts"])]
        for line in ("".join(line.split()) for value in values for line in value.split("\n")):
            # The foot of a page may stand in the middle of a long line.
            assert line[:16] in printed and line[-16:] in printed, (line, printed)


def test_the_square_code_leads_to_the_check(papers, tmp_path):
    paper = papers.of("valid")
    tool("pdftoppm", "-r", "150", "-png", paper["pdf"], tmp_path / "page")
    codes = [code.text for code in zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("page*.png"))))]
    assert codes == [f"{papers.server.url}/verify/{paper['code']}"]


def test_zhuqi_verify_needs_the_file_and_the_keys_alone(papers):
    paper = papers.of("valid")
    code, said = verify(paper["pdf"], "--key", papers.keys, "--number", paper["number"], "--name", named(paper))
    assert code == 0 and "genuine" in said, said
    code, said = verify(paper["pdf"], "--key", papers.keys, "--json")
    assert code == 0 and json.loads(said)["claims"] == paper["claims"]


@pytest.mark.parametrize(
    "standing, words", [("valid", "genuine and valid"), ("expired", "in force only until"), ("replaced", "replaced"), ("suspended", "suspended"), ("revoked", "REVOKED")])
def test_with_the_database_it_says_how_the_paper_stands(papers, standing, words):
    done = subprocess.run([BINARY, "verify", papers.of(standing)["pdf"]], env=papers.server.env, capture_output=True, text=True)
    assert words in done.stdout and done.returncode == (0 if standing == "valid" else 1), done.stdout


# What is not


def changed(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1:]


def appended(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[NameObject("/Added")] = TextStringObject("later")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def falsified(papers: Papers, folder: Path) -> dict[str, tuple[Path, list]]:
    """What is tried, and how it is asked for."""
    paper, other = papers.of("valid"), papers.of("expired")
    pdf = paper["pdf"].read_bytes()

    def kept(name: str, data: bytes) -> Path:
        path = folder / f"{name}.pdf"
        path.write_bytes(data)
        return path

    own = ["--key", papers.keys]
    stranger = folder / "stranger.keys"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "k.pem", "-out", folder / "c.pem", "-subj", "/CN=stranger", "-days", "9"],
        check=True, capture_output=True)
    ledger = papers.keys.read_text().strip().splitlines()[-1]
    stranger.write_text((folder / "c.pem").read_text() + ledger + "\n")
    claim = pdf.index(b'"facts":[{') + 30
    proof = pdf.index(b"c2sp.org/tlog-proof@v1") + 60
    elsewhere = folder / "elsewhere.keys"
    # The key of another ledger, well-formed: Go's own example.
    elsewhere.write_text(papers.keys.read_text().replace(ledger, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
    return {
        "one byte of the page": (kept("page", changed(pdf, 900)), own),
        "a claim": (kept("claim", changed(pdf, claim)), own),
        "the proof": (kept("proof", changed(pdf, proof)), own),
        "an update after the signature": (kept("appended", appended(pdf)), own),
        "half of it": (kept("half", pdf[: len(pdf) - 1500]), own),
        "the part before the signature": (kept("unsigned", pdf[: pdf.index(b"/ByteRange")]), own),
        "another key": (paper["pdf"], ["--key", stranger]),
        "another ledger": (paper["pdf"], ["--key", elsewhere]),
        "another number": (paper["pdf"], [*own, "--number", other["number"]]),
        "another name": (paper["pdf"], [*own, "--name", named(other)]),
        "no PDF": (kept("none", b"hello"), own),
        "too much": (kept("large", pdf + b"%" * (6 << 20)), own),
    }


def test_each_falsification_fails_with_its_own_sentence(papers, tmp_path):
    said: dict[str, str] = {}
    for what, (path, how) in falsified(papers, tmp_path).items():
        code, words = verify(path, *how)
        assert code == 1 and "NOT GENUINE" in words, (what, words)
        said[what] = words.splitlines()[0]
    # A byte anywhere is the same to the signature; all others differ.
    assert said.pop("a claim") == said.pop("the proof") == said["one byte of the page"]
    assert len(set(said.values())) == len(said), said
    print("\n" + "\n".join(f"{what}: {words}" for what, words in said.items()))


def test_other_programs_refuse_them_too(papers, tmp_path):
    cases = falsified(papers, tmp_path)
    for what in ("one byte of the page", "a claim", "the proof"):
        assert "Signature is Valid." not in pdfsig(papers, cases[what][0]), what
        try:
            status = pyhanko(papers, cases[what][0])
        except Exception:  # noqa: BLE001 – it cannot even be read
            continue
        assert not status.bottom_line, what
    assert "Total document signed" not in pdfsig(papers, cases["an update after the signature"][0])
    assert pyhanko(papers, cases["an update after the signature"][0]).coverage.name != "ENTIRE_FILE"
    assert "Signature is Valid." not in pdfsig(papers, cases["half of it"][0])


def test_a_stranger_who_signs_the_same_page_is_not_the_institution(papers, tmp_path):
    """The whole paper, its claims and its proof, signed anew by somebody whose certificate says the same name."""
    paper = papers.of("valid")
    name = tool("openssl", "x509", "-in", papers.root, "-noout", "-subject", "-nameopt", "utf8,sep_multiline").splitlines()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "k.pem", "-out", tmp_path / "c.pem", "-days", "9", "-utf8", "-subj",
         "/CN=" + name[-1].split("=", 1)[1].strip()], check=True, capture_output=True)
    pdf = paper["pdf"].read_bytes()
    start = pdf.index(b"/ByteRange [") + 12
    first, second, count = (int(n) for n in pdf[start: start + 43].split(b"]")[0].split()[1:])
    signed = pdf[:first] + pdf[second: second + count]
    (tmp_path / "signed").write_bytes(signed)
    der = subprocess.run(
        ["openssl", "cms", "-sign", "-binary", "-cades", "-outform", "DER", "-md", "sha256", "-signer", tmp_path / "c.pem", "-inkey", tmp_path / "k.pem", "-nosmimecap", "-in", tmp_path / "signed"],
        check=True, capture_output=True).stdout
    forged = bytearray(pdf)
    forged[first + 1: second - 1] = der.hex().encode().ljust(second - first - 2, b"0")
    (tmp_path / "forged.pdf").write_bytes(forged)
    assert "Signature is Valid." in pdfsig(papers, tmp_path / "forged.pdf"), "the forgery is a good one"
    assert "Certificate is Trusted." not in pdfsig(papers, tmp_path / "forged.pdf")
    code, said = verify(tmp_path / "forged.pdf", "--key", papers.keys)
    assert code == 1 and "not by the key of a known institution" in said, said


# Canonical JSON


def test_json_is_spelled_as_another_program_spells_it():
    dice = random.Random(8785)
    values: list = [0, -0.0, 1e21, 1e-7, 1e-6, 1.2345678901234568e20, 5e-324, 1.7976931348623157e308, -1.5, 0.1, 1 / 3, 2**53 - 1]
    import struct
    while len(values) < 5000:
        value = struct.unpack("<d", dice.randbytes(8))[0]
        if value == value and abs(value) != float("inf"):
            values.append(value)
    values += [dice.uniform(-1e6, 1e6) for _ in range(1000)] + [dice.randint(-2**53 + 1, 2**53 - 1) for _ in range(1000)]
    letters = [chr(c) for c in [*range(0, 0x250), *range(0x2000, 0x2100), *range(0x4E00, 0x4F00), 0xFB33, 0xFFFD, 0x1F602, 0x20000, 0x10FFFF]]
    texts = ["".join(dice.choices(letters, k=dice.randint(0, 12))) for _ in range(2000)]
    # Two names that differ only in composition are one to some programs; RFC 7493 warns of them, and we refuse them.
    import unicodedata
    names = {unicodedata.normalize("NFC", text): text for text in texts}
    value = {"numbers": values, "texts": texts, "names": {name: place for place, name in enumerate(names.values())}, "deep": [[[{"a": None, "b": [True, False]}]]]}
    done = subprocess.run([BINARY, "canonical-json"], input=json.dumps(value).encode(), capture_output=True, check=True)
    assert done.stdout == rfc8785.dumps(value)


# What the document teaches


def test_docs_verify_does_what_it_says(papers, tmp_path):
    text = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
    (tmp_path / "check.go").write_text(next(code for kind, code in blocks if kind == "go"))
    paper = papers.of("valid")
    shutil.copy(paper["pdf"], tmp_path / "paper.pdf")
    shutil.copy(papers.keys, tmp_path / "institution.keys")
    env = {**os.environ, "GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "", "HOME": str(tmp_path)}
    said = ""
    for kind, code in blocks:
        if kind == "sh":
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, done.stdout + done.stderr
            said += done.stdout
    for words in ("Signature is Valid.", "Certificate is Trusted.", "Total document signed", paper["number"], f"genuine: {paper['claims']['kind']}/{paper['id']}, entry "):
        assert words in said, said
    # And each change is seen.
    last = [code for kind, code in blocks if kind == "sh"][-1]

    def tried(name: str, data: bytes) -> subprocess.CompletedProcess:
        before = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(data)
        done = subprocess.run(["bash", "-c", last], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        (tmp_path / name).write_bytes(before)
        return done

    claims, proof = (tmp_path / "claims.json").read_bytes(), (tmp_path / "cert.tlog-proof").read_bytes()
    index = re.search(rb"index (\d+)", proof)
    root = proof.split(b"\n\n")[1].split(b"\n")[2]
    for name, data in [
        ("claims.json", claims.replace(b'"facts"', b'"Facts"')), ("claims.json", claims + b" "),
        ("cert.tlog-proof", proof.replace(index[0], b"index %d" % (int(index[1]) + 1))), ("cert.tlog-proof", proof.replace(root, b"A" * 43 + b"=")),
        ("cert.tlog-proof", changed(proof, proof.index(b"extra ") + 80)),
    ]:
        done = tried(name, data)
        assert done.returncode != 0 and "NOT GENUINE" in done.stdout, (name, done.stdout, done.stderr)


# An institution's own key, certified by an authority


def openssl(*arguments, **how) -> str:
    return tool("openssl", *arguments, **how)


class Authority:
    """A root, an intermediate that it certifies, and a leaf that this one certifies, made by openssl alone."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.key("root"), self.key("middle"), self.key("leaf")
        self.root = self.certified("root", None, "CA:TRUE", days=(-500, 3650))
        self.middle = self.certified("middle", "root", "CA:TRUE,pathlen:0", days=(-500, 3650))
        self.leaf = self.certified("leaf", "middle")

    def key(self, name: str) -> Path:
        path = self.folder / f"{name}.key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", path], check=True, capture_output=True)
        path.chmod(0o600)
        return path

    def certified(self, name: str, by: str | None, constraint: str = "CA:FALSE", days: tuple[int, int] = (-1, 3650), out: str = "") -> Path:
        """With openssl's `ca`, which takes first and last day."""
        path, work = self.folder / f"{out or name}.pem", self.folder / f"ca-{out or name}"
        work.mkdir()
        (work / "index").write_text("")
        usage = "keyCertSign,cRLSign" if constraint.startswith("CA:TRUE") else "digitalSignature,nonRepudiation"
        extended = "" if constraint.startswith("CA:TRUE") else "extendedKeyUsage=1.3.6.1.5.5.7.3.36,emailProtection\n"
        (work / "conf").write_text(
            f"[ca]\ndefault_ca=one\n[one]\ndatabase={work}/index\nnew_certs_dir={work}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nunique_subject=no\n"
            f"[any]\ncommonName=supplied\n[req]\ndistinguished_name=name\n[name]\n[more]\nbasicConstraints=critical,{constraint}\nkeyUsage=critical,{usage}\n{extended}"
            "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        request = work / "request"
        subject = {"root": "/CN=测试根证书", "middle": "/CN=测试中间证书", "leaf": "/CN=黄岩服务中心文书"}[name]
        openssl("req", "-new", "-utf8", "-key", self.folder / f"{name}.key", "-subj", subject, "-out", request, "-config", work / "conf")
        now = time.time()
        span = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(now + day * 86_400)) for day in days]
        signer = ["-selfsign", "-keyfile", self.folder / f"{name}.key"] if by is None else ["-keyfile", self.folder / f"{by}.key", "-cert", self.folder / f"{by}.pem"]
        subprocess.run(
            [*map(str, ["openssl", "ca", "-batch", "-utf8", "-notext", "-config", work / "conf", "-extensions", "more", "-startdate", span[0], "-enddate", span[1], "-in", request, "-out", path, *signer])],
            check=True, capture_output=True)
        return path


def test_a_key_that_an_authority_certified_signs_with_its_whole_chain_and_others_trust_the_root(tmp_path):
    server = Server("sqlite")
    try:
        filled("sqlite", server.seed).copy_to(server)
        authority = Authority(tmp_path)
        institution = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite").execute("select distinct institution from paper order by 1").fetchone()[0]
        said = run(
            "keys", "import", "--institution", institution, "--certificate", str(authority.leaf), "--issuer", str(authority.middle), "--issuer", str(authority.root),
            "--key", str(tmp_path / "leaf.key"), env=server.env)
        assert "with 2 certificates above it" in said
        assert "黄岩服务中心文书" in run("keys", env=server.env)
        # The next papers are signed by it: all PDFs that were not made yet.
        server.serve()
        made = tmp_path / "papers"
        made.mkdir()
        papers = Papers(server, made)
        for number in range(len(papers.rows)):
            pdf = papers.paper(number)["pdf"]
            if papers.rows[number][5] == institution and "黄岩服务中心文书" in pdfsig(papers, pdf):
                break
        else:
            raise AssertionError("no paper is signed with the new key")
        # The root alone is trusted; leaf and intermediate come from the signature.
        papers.root = authority.root
        nss = tmp_path / "nss"
        nss.mkdir()
        subprocess.run(["certutil", "-N", "-d", f"sql:{nss}", "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-d", f"sql:{nss}", "-n", "root", "-t", "CT,C,C", "-i", authority.root], check=True)
        papers.nss = nss
        said = pdfsig(papers, pdf)
        for words in ("Signature is Valid.", "Certificate is Trusted.", "Total document signed"):
            assert words in said, said
        status = pyhanko(papers, pdf)
        assert status.bottom_line and status.trusted and status.coverage.name == "ENTIRE_FILE", status.pretty_print_details()
        assert len(PdfFileReader(io.BytesIO(pdf.read_bytes())).embedded_signatures[0].other_embedded_certs) == 2
        # And by our own program, with the keys that are given out.
        code, said = verify(pdf, "--key", made / "keys" / f"{institution}.keys")
        assert code == 0, said
    finally:
        server.stop()


def test_a_key_that_nobody_would_believe_is_refused_each_with_its_own_sentence(tmp_path):
    server = Server("sqlite")
    try:
        filled("sqlite", server.seed).copy_to(server)
        authority = Authority(tmp_path)
        authority.key("other")
        key, middle, root = tmp_path / "leaf.key", authority.middle, authority.root
        expired = authority.certified("leaf", "middle", days=(-400, -10), out="expired")
        later = authority.certified("leaf", "middle", days=(10, 400), out="later")
        locked = tmp_path / "locked.key"
        subprocess.run(["openssl", "pkcs8", "-topk8", "-in", key, "-passout", "pass:geheim", "-out", locked], check=True, capture_output=True)
        locked.chmod(0o600)
        rubbish = tmp_path / "rubbish"
        rubbish.write_bytes(b"rubbish")
        rubbish.chmod(0o600)
        open_key = tmp_path / "open.key"
        shutil.copy(key, open_key)
        open_key.chmod(0o644)
        institution = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite").execute("select distinct institution from paper order by 1").fetchone()[0]
        before = run("keys", env=server.env)
        said = {}
        for name, certificate, issuers, secret, words in [
            ("other key", authority.leaf, [middle, root], tmp_path / "other.key", "does not belong to the certificate"),
            ("expired", expired, [middle, root], key, "has expired"),
            ("later", later, [middle, root], key, "is not good yet"),
            ("no intermediate", authority.leaf, [root], key, "测试中间证书” is missing; give it with --issuer"),
            ("alone", authority.leaf, [], key, "测试中间证书” is missing"),
            ("locked", authority.leaf, [middle, root], locked, "locked with a password"),
            ("no key", authority.leaf, [middle, root], rubbish, "is no private key"),
            ("no certificate", rubbish, [middle, root], key, "is no X.509 certificate"),
            ("open to others", authority.leaf, [middle, root], open_key, "chmod 600"),
            ("a stranger", authority.leaf, [middle, root, expired], key, "has expired"),
        ]:
            done = subprocess.run(
                [BINARY, "keys", "import", "--institution", institution, "--certificate", certificate, *(part for one in issuers for part in ("--issuer", one)), "--key", secret],
                env=server.env, capture_output=True, text=True)
            said[name] = done.stderr
            assert done.returncode != 0 and words in done.stderr, (name, done.stderr)
            assert "geheim" not in done.stderr
        assert run("keys", env=server.env) == before, "nothing was taken"
        # A PEM that holds the chain in one is as good.
        whole = tmp_path / "whole.pem"
        whole.write_text("".join(one.read_text() for one in (authority.leaf, middle, root)))
        assert "2 certificates above it" in run("keys", "import", "--institution", institution, "--certificate", str(whole), "--key", str(key), env=server.env)
    finally:
        server.stop()
