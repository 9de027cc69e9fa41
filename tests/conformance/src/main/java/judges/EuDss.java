package judges;

import eu.europa.esig.dss.diagnostic.AbstractTokenProxy;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.SubIndication;
import eu.europa.esig.dss.enumerations.TimestampType;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks EU DSS about the signatures and time stamps of PDFs, without any network.
 *
 * <p>A line of standard input: PDF, moment of validation (ISO 8601), trusted root, and revocation
 * lists from outside the PDF; separated by tabs. An answer's line: PDF, what is judged (the field
 * of a signature or document time stamp, or "time stamp of" a field), indication, sub-indication,
 * level, the time by which it is proven to have existed, what DSS objects to, and
 * what it warns of.
 */
public final class EuDss {
    // By default DSS only warns when a signed page was painted over or changed in other ways.
    private static final Pattern ONLY_WARNED_OF =
            Pattern.compile(
                    "<(PdfVisualDifference|DocMDP|FieldMDP|SigFieldLock|UndefinedChanges)"
                            + " Level=\"WARN\"");

    // Five words, for signatures and for document time stamps.
    private static final long RAISED = 10;

    private EuDss() {}

    /** Judges every file; a file that cannot be read ends the run. */
    public static void main(String[] arguments) throws IOException {
        String policy = strictPolicy();
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            List<String> question = List.of(line.split("\t"));
            tell(question.get(0), judge(question, policy), answers);
        }
    }

    private static Reports judge(List<String> question, String policy) {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(DSSUtils.loadCertificate(new File(question.get(2))));
        DSSDocument[] lists =
                question.stream().skip(3).map(FileDocument::new).toArray(DSSDocument[]::new);
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);
        verifier.setTrustedCertSources(trusted);
        verifier.setCrlSource(new ExternalResourcesCRLSource(lists));
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(question.get(0)));
        validator.setCertificateVerifier(verifier);
        validator.setValidationTime(Date.from(Instant.parse(question.get(1))));
        return validator.validateDocument(
                new ByteArrayInputStream(policy.getBytes(StandardCharsets.UTF_8)));
    }

    private static void tell(String path, Reports reports, PrintStream answers) {
        SimpleReport report = reports.getSimpleReport();
        for (SignatureWrapper signature : reports.getDiagnosticData().getSignatures()) {
            String field = field(signature.getPDFRevision());
            String level = signature.getSignatureFormat().toString();
            Date proven = report.getBestSignatureTime(signature.getId());
            answers.println(path + "\t" + field + "\t" + answer(signature, level, proven, report));
            for (TimestampWrapper stamp : signature.getSignatureTimestamps()) {
                String about = "time stamp of " + field;
                answers.println(path + "\t" + about + "\t" + answer(stamp, report));
            }
        }
        for (TimestampWrapper stamp : reports.getDiagnosticData().getTimestampList()) {
            if (stamp.getType() == TimestampType.DOCUMENT_TIMESTAMP) {
                String field = field(stamp.getPDFRevision());
                answers.println(path + "\t" + field + "\t" + answer(stamp, report));
            }
        }
    }

    private static String field(PDFRevisionWrapper revision) {
        return String.join(" ", revision.getSignatureFieldNames());
    }

    private static String answer(TimestampWrapper stamp, SimpleReport report) {
        return answer(stamp, "", stamp.getProductionTime(), report);
    }

    private static String answer(
            AbstractTokenProxy token, String level, Date proven, SimpleReport report) {
        String id = token.getId();
        SubIndication reason = report.getSubIndication(id);
        return String.join(
                "\t",
                report.getIndication(id).toString(),
                reason == null ? "" : reason.toString(),
                level,
                proven.toInstant().toString(),
                texts(report.getAdESValidationErrors(id)),
                texts(report.getAdESValidationWarnings(id)));
    }

    private static String texts(List<Message> messages) {
        return messages.stream().map(Message::getValue).collect(Collectors.joining(" "));
    }

    private static String strictPolicy() throws IOException {
        try (InputStream own = EuDss.class.getResourceAsStream("/policy/constraint.xml")) {
            String text = new String(own.readAllBytes(), StandardCharsets.UTF_8);
            Matcher only = ONLY_WARNED_OF.matcher(text);
            if (only.results().count() != RAISED) {
                throw new IllegalStateException("the policy of DSS is not the one known here");
            }
            return only.replaceAll("<$1 Level=\"FAIL\"");
        }
    }
}
