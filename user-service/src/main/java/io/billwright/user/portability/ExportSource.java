package io.billwright.user.portability;

import java.util.function.Function;

import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// One kind of thing that belongs into the export of an organization's data. A feature that keeps data of tenants has a
/// bean of this type; the export knows no features.
///
/// @param type names the kind in the file, for example `api_key`
/// @param pages reads the current organization's things page by page, in the form that the API shows
public record ExportSource(String type, Function<PageRequest, Mono<? extends Page<?>>> pages) {}
