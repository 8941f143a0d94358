package io.billwright.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/// docs/reference/errors.md as a page: the row of each code is what `#code` leads to.
final class ErrorReference extends AbstractVisitor implements AttributeProvider {

	private static final String CONTENT = "<!-- errors.md -->";

	private static final List<Extension> TABLES = List.of(TablesExtension.create());

	private ErrorReference() {
	}

	/// @param frame the page around it, with a comment in its place
	/// @param reference the Markdown
	static byte[] page(byte[] frame, byte[] reference) {
		ErrorReference anchors = new ErrorReference();
		Node document = Parser.builder().extensions(TABLES).build().parse(text(reference));
		document.accept(anchors);
		String content = HtmlRenderer.builder()
				.extensions(TABLES)
				.attributeProviderFactory((context) -> anchors)
				.build()
				.render(document);
		return text(frame).replace(CONTENT, content).getBytes(StandardCharsets.UTF_8);
	}

	/// A code becomes a link to itself, so that its address can be copied.
	@Override
	public void visit(CustomNode node) {
		if (node instanceof TableRow && node.getFirstChild().getFirstChild() instanceof Code code) {
			Link link = new Link("#" + code.getLiteral(), null);
			code.insertBefore(link);
			link.appendChild(code);
		}
		visitChildren(node);
	}

	@Override
	public void setAttributes(Node node, String tag, Map<String, String> attributes) {
		if (node instanceof Link link && link.getDestination().startsWith("#")) {
			attributes.put("id", link.getDestination().substring(1));
		}
	}

	private static String text(byte[] content) {
		return new String(content, StandardCharsets.UTF_8);
	}

}
