// Lucene behind a pipe: builds an index and answers queries for bench/engines/lucene.py.

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.LongValues;
import org.apache.lucene.util.Version;

public final class Bench {
  private static final int HITS = 10;
  private static final int FACETS = 10;
  private static final float TITLE_WEIGHT = 2f;
  private static final double BUFFER_MB = 400;
  private static final long NO_DAY = Long.MIN_VALUE;

  private static final int EVERY = 1;
  private static final int PHRASE = 2;
  private static final int PREFIX = 4;
  private static final int FACET = 8;
  private static final int TAGGED = 16;
  private static final int DATED = 32;

  private record Prepared(Query query, boolean facet) {}

  private final DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
  private final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
  private final Analyzer analyzer = new GermanWords();
  private final List<Prepared> prepared = new ArrayList<>();
  private IndexSearcher searcher;
  private SortedSetDocValues tags;

  /** Letters and digits make a word, as in the bench's own analysis. */
  private static final class GermanWords extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer words = new CharTokenizer() {
        @Override
        protected boolean isTokenChar(int c) {
          int type = Character.getType(c);
          return Character.isLetterOrDigit(c) || type == Character.OTHER_NUMBER || type == Character.LETTER_NUMBER;
        }
      };
      return new TokenStreamComponents(words, new SnowballFilter(new LowerCaseFilter(words), "German"));
    }
  }

  public static void main(String[] arguments) throws IOException {
    new Bench().run();
  }

  private void run() throws IOException {
    for (int command = in.read(); command >= 0; command = in.read()) {
      switch (command) {
        case 'V' -> text(Version.LATEST + "\t" + System.getProperty("java.version"));
        case 'B' -> build(text());
        case 'O' -> open(text());
        case 'P' -> out.writeInt(prepare());
        case 'S' -> search(prepared.get(in.readInt()));
        default -> throw new IOException("unknown command " + command);
      }
      out.flush();
    }
  }

  private void build(String folder) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer).setRAMBufferSizeMB(BUFFER_MB);
    config.setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(Paths.get(folder)), config)) {
      while (in.read() == 'D') {
        writer.addDocument(document());
      }
      writer.commit();
    }
    out.writeInt(0);
  }

  private Document document() throws IOException {
    Document document = new Document();
    document.add(new StringField("id", text(), Field.Store.YES));
    document.add(new TextField("title", text(), Field.Store.YES));
    document.add(new TextField("text", text(), Field.Store.YES));
    for (int count = in.readInt(); count > 0; count--) {
      String tag = text();
      document.add(new StringField("tags", tag, Field.Store.YES));
      document.add(new SortedSetDocValuesField("tags", new BytesRef(tag)));
    }
    long day = in.readLong();
    if (day != NO_DAY) {
      document.add(new LongPoint("published", day));
      document.add(new SortedNumericDocValuesField("published", day));
      document.add(new StoredField("published", day));
    }
    return document;
  }

  private void open(String folder) throws IOException {
    // Each query runs several times: a cache would answer in the engine's place.
    IndexSearcher.setDefaultQueryCache(null);
    searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(Paths.get(folder))));
    tags = MultiDocValues.getSortedSetValues(searcher.getIndexReader(), "tags");
    out.writeInt(searcher.getIndexReader().leaves().size());
  }

  private int prepare() throws IOException {
    int flags = in.readInt();
    String[] words = new String[in.readInt()];
    for (int i = 0; i < words.length; i++) {
      words[i] = text();
    }
    String tag = text();
    long first = in.readLong();
    long last = in.readLong();
    BooleanQuery.Builder query = new BooleanQuery.Builder().add(words(words, flags), BooleanClause.Occur.MUST);
    if ((flags & TAGGED) != 0) {
      query.add(new TermQuery(new Term("tags", tag)), BooleanClause.Occur.FILTER);
    }
    if ((flags & DATED) != 0) {
      Query points = LongPoint.newRangeQuery("published", first, last);
      Query values = SortedNumericDocValuesField.newSlowRangeQuery("published", first, last);
      query.add(new IndexOrDocValuesQuery(points, values), BooleanClause.Occur.FILTER);
    }
    prepared.add(new Prepared(query.build(), (flags & FACET) != 0));
    return prepared.size() - 1;
  }

  private Query words(String[] words, int flags) throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    if ((flags & PREFIX) != 0) {
      either(query, new PrefixQuery(new Term("title", words[0])), new PrefixQuery(new Term("text", words[0])));
      return query.build();
    }
    String[] stems = stems(words);
    if ((flags & PHRASE) != 0 && stems.length > 1) {
      either(query, new PhraseQuery("title", stems), new PhraseQuery("text", stems));
      return query.build();
    }
    for (String stem : stems) {
      BooleanQuery.Builder target = (flags & EVERY) != 0 ? new BooleanQuery.Builder() : query;
      either(target, new TermQuery(new Term("title", stem)), new TermQuery(new Term("text", stem)));
      if (target != query) {
        query.add(target.build(), BooleanClause.Occur.MUST);
      }
    }
    return query.build();
  }

  private static void either(BooleanQuery.Builder query, Query title, Query text) {
    query.add(new BoostQuery(title, TITLE_WEIGHT), BooleanClause.Occur.SHOULD);
    query.add(text, BooleanClause.Occur.SHOULD);
  }

  private String[] stems(String[] words) throws IOException {
    List<String> stems = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("text", String.join(" ", words))) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        stems.add(term.toString());
      }
      stream.end();
    }
    return stems.toArray(new String[0]);
  }

  private void search(Prepared asked) throws IOException {
    long start = System.nanoTime();
    TopScoreDocCollector best = TopScoreDocCollector.create(HITS, Integer.MAX_VALUE);
    TagCollector counts = asked.facet() && tags != null ? new TagCollector(tags) : null;
    searcher.search(asked.query(), counts == null ? best : MultiCollector.wrap(best, counts));
    TopDocs found = best.topDocs();
    String[] titles = new String[found.scoreDocs.length];
    for (int i = 0; i < titles.length; i++) {
      titles[i] = searcher.doc(found.scoreDocs[i].doc, Set.of("title")).get("title");
    }
    String[] facets = counts == null ? new String[0] : counts.best();
    out.writeLong(System.nanoTime() - start);
    out.writeLong(found.totalHits.value);
    texts(titles);
    texts(facets);
  }

  /** Counts the tags of all matches by their number in the whole index. */
  private static final class TagCollector extends SimpleCollector {
    private final SortedSetDocValues tags;
    private final OrdinalMap ordinals;
    private final int[] counts;
    private SortedSetDocValues leaf;
    private LongValues numbers;

    TagCollector(SortedSetDocValues tags) {
      this.tags = tags;
      this.ordinals = tags instanceof MultiDocValues.MultiSortedSetDocValues multi ? multi.mapping : null;
      this.counts = new int[(int) tags.getValueCount()];
    }

    @Override
    protected void doSetNextReader(LeafReaderContext context) throws IOException {
      leaf = DocValues.getSortedSet(context.reader(), "tags");
      numbers = ordinals == null ? LongValues.IDENTITY : ordinals.getGlobalOrds(context.ord);
    }

    @Override
    public void collect(int document) throws IOException {
      if (leaf.advanceExact(document)) {
        for (long o = leaf.nextOrd(); o != SortedSetDocValues.NO_MORE_ORDS; o = leaf.nextOrd()) {
          counts[(int) numbers.get(o)]++;
        }
      }
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }

    String[] best() throws IOException {
      Integer[] found = java.util.stream.IntStream.range(0, counts.length)
          .filter(number -> counts[number] > 0)
          .boxed()
          .sorted(Comparator.comparingInt(number -> -counts[number]))
          .limit(FACETS)
          .toArray(Integer[]::new);
      String[] rows = new String[found.length];
      for (int i = 0; i < found.length; i++) {
        rows[i] = counts[found[i]] + "\t" + tags.lookupOrd(found[i]).utf8ToString();
      }
      return rows;
    }
  }

  private String text() throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void text(String value) throws IOException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void texts(String[] values) throws IOException {
    out.writeInt(values.length);
    for (String value : values) {
      text(value);
    }
  }
}
