package judges;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Asks veraPDF about the files whose paths stand on standard input, one on a line.
 *
 * <p>Answers a line for each file and profile: path, profile, and the clauses that are broken
 * ({@code 6.3.2-2 7.18.1-3}), or nothing; separated by tabs.
 */
public final class VeraPdf {
    private static final List<PDFAFlavour> PROFILES =
            List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1);

    private VeraPdf() {}

    /** Judges every file; a file that cannot be read ends the run. */
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader paths =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            for (PDFAFlavour profile : PROFILES) {
                answers.println(String.join("\t", path, profile.getId(), broken(path, profile)));
            }
        }
    }

    private static String broken(String path, PDFAFlavour profile) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), profile);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            String clauses =
                    result.getTestAssertions().stream()
                            .filter(each -> each.getStatus() == TestAssertion.Status.FAILED)
                            .map(VeraPdf::clause)
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(" "));
            if (result.isCompliant() != clauses.isEmpty()) {
                throw new IllegalStateException(path + ": veraPDF contradicts itself: " + clauses);
            }
            return clauses;
        }
    }

    private static String clause(TestAssertion assertion) {
        return assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
    }
}
