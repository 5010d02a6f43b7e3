package org.newsdesk.analysis;

import java.io.Reader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.fa.PersianNormalizationFilter;
import org.apache.lucene.analysis.hi.HindiNormalizationFilter;
import org.apache.lucene.analysis.in.IndicNormalizationFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.AnalyzerFactory;
import org.elasticsearch.plugin.analysis.CharFilterFactory;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.analysis.TokenizerFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.IntSetting;
import org.elasticsearch.plugin.settings.ListSetting;
import org.elasticsearch.plugin.settings.StringSetting;

/**
 * The analyzers of Elasticsearch's module analysis-common, which the distribution on Maven Central lacks, under the
 * same names: one index definition then serves the embedded server and a full one. Lucene's own classes do the work.
 */
public final class NewsdeskAnalysis {
    private NewsdeskAnalysis() {}

    @NamedComponent("asciifolding")
    public static final class AsciiFolding implements TokenFilterFactory {
        @Override
        public String name() {
            return "asciifolding";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new ASCIIFoldingFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new ASCIIFoldingFilter(tokens);
        }
    }

    @NamedComponent("arabic_normalization")
    public static final class ArabicNormalization implements TokenFilterFactory {
        @Override
        public String name() {
            return "arabic_normalization";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new ArabicNormalizationFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new ArabicNormalizationFilter(tokens);
        }
    }

    @NamedComponent("cjk_width")
    public static final class CjkWidth implements TokenFilterFactory {
        @Override
        public String name() {
            return "cjk_width";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new CJKWidthFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new CJKWidthFilter(tokens);
        }
    }

    @NamedComponent("decimal_digit")
    public static final class DecimalDigit implements TokenFilterFactory {
        @Override
        public String name() {
            return "decimal_digit";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new DecimalDigitFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new DecimalDigitFilter(tokens);
        }
    }

    @NamedComponent("hindi_normalization")
    public static final class HindiNormalization implements TokenFilterFactory {
        @Override
        public String name() {
            return "hindi_normalization";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new HindiNormalizationFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new HindiNormalizationFilter(tokens);
        }
    }

    @NamedComponent("indic_normalization")
    public static final class IndicNormalization implements TokenFilterFactory {
        @Override
        public String name() {
            return "indic_normalization";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new IndicNormalizationFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new IndicNormalizationFilter(tokens);
        }
    }

    @NamedComponent("persian_normalization")
    public static final class PersianNormalization implements TokenFilterFactory {
        @Override
        public String name() {
            return "persian_normalization";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new PersianNormalizationFilter(tokens);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return new PersianNormalizationFilter(tokens);
        }
    }

    @AnalysisSettings
    public interface MappingSettings {
        @ListSetting(path = "mappings")
        List<String> mappings();
    }

    /** Each line is {@code from=>to}, where a backslash, {@code u} and four hexadecimal digits stand for a character. */
    @NamedComponent("mapping")
    public static final class Mapping implements CharFilterFactory {
        private static final Pattern ESCAPED = Pattern.compile("[\\\\]u(\\p{XDigit}{4})");
        private final NormalizeCharMap map;

        @Inject
        public Mapping(MappingSettings settings) {
            NormalizeCharMap.Builder builder = new NormalizeCharMap.Builder();
            for (String line : settings.mappings()) {
                int arrow = line.indexOf("=>");
                builder.add(unescaped(line.substring(0, arrow)), unescaped(line.substring(arrow + 2)));
            }
            map = builder.build();
        }

        private static String unescaped(String text) {
            return ESCAPED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
        }

        @Override
        public String name() {
            return "mapping";
        }

        @Override
        public Reader create(Reader reader) {
            return new MappingCharFilter(map, reader);
        }

        @Override
        public Reader normalize(Reader reader) {
            return create(reader);
        }
    }

    @AnalysisSettings
    public interface PatternSettings {
        @StringSetting(path = "pattern", defaultValue = "\\W+")
        String pattern();

        @IntSetting(path = "group", defaultValue = -1)
        int group();
    }

    @NamedComponent("pattern")
    public static final class PatternTokens implements TokenizerFactory {
        private final Pattern pattern;
        private final int group;

        @Inject
        public PatternTokens(PatternSettings settings) {
            pattern = Pattern.compile(settings.pattern());
            group = settings.group();
        }

        @Override
        public String name() {
            return "pattern";
        }

        @Override
        public Tokenizer create() {
            return new PatternTokenizer(pattern, group);
        }
    }

    @AnalysisSettings
    public interface ReplaceSettings {
        @StringSetting(path = "pattern", defaultValue = "")
        String pattern();

        @StringSetting(path = "replacement", defaultValue = "")
        String replacement();
    }

    @NamedComponent("pattern_replace")
    public static final class PatternReplace implements TokenFilterFactory {
        private final Pattern pattern;
        private final String replacement;

        @Inject
        public PatternReplace(ReplaceSettings settings) {
            pattern = Pattern.compile(settings.pattern());
            replacement = settings.replacement();
        }

        @Override
        public String name() {
            return "pattern_replace";
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new PatternReplaceFilter(tokens, pattern, replacement, true);
        }

        @Override
        public TokenStream normalize(TokenStream tokens) {
            return create(tokens);
        }
    }

    @NamedComponent("arabic")
    public static final class Arabic implements AnalyzerFactory {
        @Override
        public String name() {
            return "arabic";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ar.ArabicAnalyzer();
        }
    }

    @NamedComponent("armenian")
    public static final class Armenian implements AnalyzerFactory {
        @Override
        public String name() {
            return "armenian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.hy.ArmenianAnalyzer();
        }
    }

    @NamedComponent("basque")
    public static final class Basque implements AnalyzerFactory {
        @Override
        public String name() {
            return "basque";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.eu.BasqueAnalyzer();
        }
    }

    @NamedComponent("bengali")
    public static final class Bengali implements AnalyzerFactory {
        @Override
        public String name() {
            return "bengali";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.bn.BengaliAnalyzer();
        }
    }

    @NamedComponent("brazilian")
    public static final class Brazilian implements AnalyzerFactory {
        @Override
        public String name() {
            return "brazilian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.br.BrazilianAnalyzer();
        }
    }

    @NamedComponent("bulgarian")
    public static final class Bulgarian implements AnalyzerFactory {
        @Override
        public String name() {
            return "bulgarian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.bg.BulgarianAnalyzer();
        }
    }

    @NamedComponent("catalan")
    public static final class Catalan implements AnalyzerFactory {
        @Override
        public String name() {
            return "catalan";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ca.CatalanAnalyzer();
        }
    }

    @NamedComponent("cjk")
    public static final class Cjk implements AnalyzerFactory {
        @Override
        public String name() {
            return "cjk";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.cjk.CJKAnalyzer();
        }
    }

    @NamedComponent("czech")
    public static final class Czech implements AnalyzerFactory {
        @Override
        public String name() {
            return "czech";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.cz.CzechAnalyzer();
        }
    }

    @NamedComponent("danish")
    public static final class Danish implements AnalyzerFactory {
        @Override
        public String name() {
            return "danish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.da.DanishAnalyzer();
        }
    }

    @NamedComponent("dutch")
    public static final class Dutch implements AnalyzerFactory {
        @Override
        public String name() {
            return "dutch";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.nl.DutchAnalyzer();
        }
    }

    @NamedComponent("english")
    public static final class English implements AnalyzerFactory {
        @Override
        public String name() {
            return "english";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.en.EnglishAnalyzer();
        }
    }

    @NamedComponent("estonian")
    public static final class Estonian implements AnalyzerFactory {
        @Override
        public String name() {
            return "estonian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.et.EstonianAnalyzer();
        }
    }

    @NamedComponent("finnish")
    public static final class Finnish implements AnalyzerFactory {
        @Override
        public String name() {
            return "finnish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.fi.FinnishAnalyzer();
        }
    }

    @NamedComponent("french")
    public static final class French implements AnalyzerFactory {
        @Override
        public String name() {
            return "french";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.fr.FrenchAnalyzer();
        }
    }

    @NamedComponent("galician")
    public static final class Galician implements AnalyzerFactory {
        @Override
        public String name() {
            return "galician";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.gl.GalicianAnalyzer();
        }
    }

    @NamedComponent("german")
    public static final class German implements AnalyzerFactory {
        @Override
        public String name() {
            return "german";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.de.GermanAnalyzer();
        }
    }

    @NamedComponent("greek")
    public static final class Greek implements AnalyzerFactory {
        @Override
        public String name() {
            return "greek";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.el.GreekAnalyzer();
        }
    }

    @NamedComponent("hindi")
    public static final class Hindi implements AnalyzerFactory {
        @Override
        public String name() {
            return "hindi";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.hi.HindiAnalyzer();
        }
    }

    @NamedComponent("hungarian")
    public static final class Hungarian implements AnalyzerFactory {
        @Override
        public String name() {
            return "hungarian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.hu.HungarianAnalyzer();
        }
    }

    @NamedComponent("indonesian")
    public static final class Indonesian implements AnalyzerFactory {
        @Override
        public String name() {
            return "indonesian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.id.IndonesianAnalyzer();
        }
    }

    @NamedComponent("irish")
    public static final class Irish implements AnalyzerFactory {
        @Override
        public String name() {
            return "irish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ga.IrishAnalyzer();
        }
    }

    @NamedComponent("italian")
    public static final class Italian implements AnalyzerFactory {
        @Override
        public String name() {
            return "italian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.it.ItalianAnalyzer();
        }
    }

    @NamedComponent("latvian")
    public static final class Latvian implements AnalyzerFactory {
        @Override
        public String name() {
            return "latvian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.lv.LatvianAnalyzer();
        }
    }

    @NamedComponent("lithuanian")
    public static final class Lithuanian implements AnalyzerFactory {
        @Override
        public String name() {
            return "lithuanian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.lt.LithuanianAnalyzer();
        }
    }

    @NamedComponent("norwegian")
    public static final class Norwegian implements AnalyzerFactory {
        @Override
        public String name() {
            return "norwegian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.no.NorwegianAnalyzer();
        }
    }

    @NamedComponent("persian")
    public static final class Persian implements AnalyzerFactory {
        @Override
        public String name() {
            return "persian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.fa.PersianAnalyzer();
        }
    }

    @NamedComponent("portuguese")
    public static final class Portuguese implements AnalyzerFactory {
        @Override
        public String name() {
            return "portuguese";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.pt.PortugueseAnalyzer();
        }
    }

    @NamedComponent("romanian")
    public static final class Romanian implements AnalyzerFactory {
        @Override
        public String name() {
            return "romanian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ro.RomanianAnalyzer();
        }
    }

    @NamedComponent("russian")
    public static final class Russian implements AnalyzerFactory {
        @Override
        public String name() {
            return "russian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ru.RussianAnalyzer();
        }
    }

    @NamedComponent("serbian")
    public static final class Serbian implements AnalyzerFactory {
        @Override
        public String name() {
            return "serbian";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.sr.SerbianAnalyzer();
        }
    }

    @NamedComponent("sorani")
    public static final class Sorani implements AnalyzerFactory {
        @Override
        public String name() {
            return "sorani";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.ckb.SoraniAnalyzer();
        }
    }

    @NamedComponent("spanish")
    public static final class Spanish implements AnalyzerFactory {
        @Override
        public String name() {
            return "spanish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.es.SpanishAnalyzer();
        }
    }

    @NamedComponent("swedish")
    public static final class Swedish implements AnalyzerFactory {
        @Override
        public String name() {
            return "swedish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.sv.SwedishAnalyzer();
        }
    }

    @NamedComponent("thai")
    public static final class Thai implements AnalyzerFactory {
        @Override
        public String name() {
            return "thai";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.th.ThaiAnalyzer();
        }
    }

    @NamedComponent("turkish")
    public static final class Turkish implements AnalyzerFactory {
        @Override
        public String name() {
            return "turkish";
        }

        @Override
        public Analyzer create() {
            return new org.apache.lucene.analysis.tr.TurkishAnalyzer();
        }
    }
}
