// BM25 over Lucene's GermanAnalyzer for bench/relevance/lucene.py: texts or queries come in, one a line.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

public final class Relevance {
  private static final float K1 = 1.2f;
  private static final float B = 0.75f;
  private static final int MOST_WORDS = 10_000;
  private static final String FIELD = "text";
  private static final String NUMBER = "number";

  private final Analyzer analyzer = new GermanAnalyzer();
  private final BM25Similarity similarity = new BM25Similarity(K1, B);
  private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  public static void main(String[] arguments) throws IOException {
    Path folder = Paths.get(arguments[1]);
    switch (arguments[0]) {
      case "index" -> new Relevance().index(folder);
      case "search" -> new Relevance().search(folder, Integer.parseInt(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private void index(Path folder) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer).setSimilarity(similarity);
    config.setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(folder), config)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Document document = new Document();
        document.add(new StoredField(NUMBER, number++));
        document.add(new TextField(FIELD, line, Field.Store.NO));
        writer.addDocument(document);
      }
      writer.commit();
    }
  }

  private void search(Path folder, int depth) throws IOException {
    BooleanQuery.setMaxClauseCount(MOST_WORDS);
    IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(folder)));
    searcher.setSimilarity(similarity);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      StringBuilder found = new StringBuilder();
      for (ScoreDoc hit : searcher.search(query(line), depth).scoreDocs) {
        found.append(searcher.doc(hit.doc).getField(NUMBER).numericValue()).append(' ');
      }
      out.print(found.append('\n'));
    }
    out.flush();
  }

  /** Any of the words; a word that is said twice counts twice. */
  private Query query(String line) throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    try (TokenStream stream = analyzer.tokenStream(FIELD, line)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        query.add(new TermQuery(new Term(FIELD, term.toString())), BooleanClause.Occur.SHOULD);
      }
      stream.end();
    }
    return query.build();
  }
}
