"""`contracts/`: the agreed terms; the second guard asks for complete ones."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.schema import RefusalSerializer
from backend.api.views import ListAndRead, Resource, Write
from backend.hiring.models import ContractKind
from workflow import arrangements, selectors
from workflow.models import Contract


class ContractSerializer(Read):
    """Terms; what is not agreed yet is null or empty."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    number = serializers.IntegerField(help_text="1 is the first contract; renewals follow.")
    kind = serializers.ChoiceField(choices=ContractKind.choices, allow_null=True)
    day_rate = serializers.DecimalField(8, 2, allow_null=True, help_text="euros before tax")
    days_per_week = serializers.DecimalField(2, 1, allow_null=True)
    start = serializers.DateField(allow_null=True)
    months = serializers.IntegerField(allow_null=True)
    rate_reason = serializers.CharField(help_text="Why a rate outside the posting's band; may be empty.")
    created_at = serializers.DateTimeField()


class ContractChangeSerializer(Write):
    """What may be changed of the terms."""

    kind = serializers.ChoiceField(choices=ContractKind.choices, required=False)
    day_rate = serializers.DecimalField(8, 2, min_value=Decimal("0.01"), allow_null=True, required=False)
    days_per_week = serializers.DecimalField(
        2, 1, min_value=Decimal("0.5"), max_value=Decimal(5), allow_null=True, required=False
    )
    start = serializers.DateField(allow_null=True, required=False)
    months = serializers.IntegerField(min_value=1, max_value=60, allow_null=True, required=False)
    rate_reason = serializers.CharField(max_length=2000, allow_blank=True, required=False)


class ContractCreateSerializer(ContractChangeSerializer):
    """New terms; they may be incomplete."""

    application = serializers.UUIDField()


class ContractFilter(django_filters.FilterSet):
    """By application."""

    application = django_filters.UUIDFilter(field_name="application_id")

    class Meta:
        model = Contract
        fields: list[str] = []


class Contracts(ListAndRead, Resource):
    """Contract terms of the applications that the token sees."""

    queryset = Contract.objects.none()
    reads = ContractSerializer
    filterset_class = ContractFilter

    def rows(self) -> QuerySet[Contract]:
        """Give the terms of visible applications."""
        return Contract.objects.filter(application__in=selectors.visible_ids(self.actor))

    @extend_schema(request=ContractCreateSerializer, responses={201: ContractSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Note terms: the first contract, then renewals. For members with a write token."""
        self.require_write()
        given = self.read_body(ContractCreateSerializer)
        made = arrangements.add_contract(application_id=given.pop("application"), actor=self.actor, **given)
        return self.one(made.pk, status=201)

    @extend_schema(request=ContractChangeSerializer, responses={200: ContractSerializer, 409: RefusalSerializer})
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change terms. For members with a write token; what a move stood on must stay."""
        self.require_one(pk)
        arrangements.change_contract(pk=pk, actor=self.actor, **self.read_body(ContractChangeSerializer))
        return self.one(pk)
